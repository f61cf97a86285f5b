package io.svmcoord.server.kernel;

/** Port: the answer to a read_begin; at most one of its methods is called, once. */
public interface ReadCallback {
  /** No running invalidation overlaps the ranges, at this instant. */
  void ready(Token token);

  /** The reader can't be served. */
  void refused(Refusal refusal);
}
