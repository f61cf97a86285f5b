package io.svmcoord.client;

/**
 * Is told the news of a session, in order, one at a time, never on a Netty thread and never under a
 * lock, so that it may call the SDK. A slow listener delays its own news alone; a thrown exception
 * is logged.
 */
@FunctionalInterface
public interface SessionListener {
  /** Takes one piece of news. */
  void onEvent(SessionEvent event);
}
