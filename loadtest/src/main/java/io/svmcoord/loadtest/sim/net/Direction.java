package io.svmcoord.loadtest.sim.net;

/** The two ways of a connection. */
public enum Direction {
  /** From the client to the server. */
  TO_SERVER,
  /** From the server to the client. */
  TO_CLIENT
}
