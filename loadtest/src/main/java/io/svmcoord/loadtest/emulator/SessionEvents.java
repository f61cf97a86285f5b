package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.SessionEvent;
import io.svmcoord.client.SessionListener;
import java.util.Map;

/** Counts the news of sessions by kind. Thread-safe. */
final class SessionEvents implements SessionListener {
  private final Counters counters = new Counters();

  @Override
  public void onEvent(SessionEvent event) {
    counters.increment(
        switch (event) {
          case SessionEvent.Connected(long id) -> "connected";
          case SessionEvent.Suspect(var cause) -> "suspect";
          case SessionEvent.Resumed(long id) -> "resumed";
          case SessionEvent.Resynced(long spaceId) -> "resynced";
          case SessionEvent.Fenced(var cause) -> "fenced";
          case SessionEvent.Reopened(long id) -> "reopened";
          case SessionEvent.Draining(var left) -> "draining";
          case SessionEvent.SpaceReleased(long spaceId) -> "space_released";
          case SessionEvent.HandlerFailed(long spaceId, var cause) -> "handler_failed";
          case SessionEvent.Closed() -> "closed";
        });
  }

  Map<String, Long> counts() {
    return counters.snapshot();
  }
}
