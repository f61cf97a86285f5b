package io.svmcoord.server.kernel;

/**
 * Port: the answer to an update of subscriptions; exactly one of its methods is called, once. It is
 * an output like the events, in order with them: an event that the answer lists as running ends
 * after it, and events with a higher sequence follow it.
 */
public interface UpdateCallback {
  /** The update took effect. */
  void updated(SubscriptionsUpdate update);

  /** The update was refused; nothing of it took effect. */
  void refused(Refusal refusal);
}
