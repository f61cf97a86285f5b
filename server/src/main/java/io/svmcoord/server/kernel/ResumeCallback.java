package io.svmcoord.server.kernel;

import java.util.List;

/** Port: the answer to a resume; one of the two is called, once. */
public interface ResumeCallback {
  /**
   * The session goes on over the new outlet, which is told next what is still owed.
   *
   * @param grant the session as it was opened, its lease renewed
   * @param spaces its spaces, and those of the positions that exist
   */
  void resumed(SessionGrant grant, List<SpaceBaseline> spaces);

  /** It can't be carried on. */
  void refused(Refusal refusal);
}
