package io.svmcoord.server.kernel;

/** Port: the answer to the release of a space; exactly one of its methods is called, once. */
public interface ReleaseCallback {
  /** The space is gone; how its RELEASE went. */
  void released(FanOutReport fanOut);

  /** There is no such space. */
  void refused(Refusal refusal);
}
