package io.svmcoord.client;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a session's listener its news, in order, on a thread of their own. Thread-safe. */
final class SessionNews {
  private static final Logger LOG = LoggerFactory.getLogger(SessionNews.class);

  private final String name;
  private final SessionListener listener;
  private final Executor thread;

  SessionNews(String name, SessionListener listener, Executor callbacks) {
    this.name = name;
    this.listener = listener;
    this.thread = MoreExecutors.newSequentialExecutor(callbacks);
  }

  /** Doesn't block. */
  void tell(SessionEvent event) {
    thread.execute(
        () -> {
          try {
            listener.onEvent(event);
          } catch (RuntimeException e) {
            LOG.error("{}: its listener failed on {}", name, event, e);
          }
        });
  }
}
