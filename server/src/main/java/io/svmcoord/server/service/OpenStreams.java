package io.svmcoord.server.service;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The streams that have a session and are not closed yet. Confined to the kernel's loop. */
final class OpenStreams {
  private final Set<SessionStream<?>> streams = new LinkedHashSet<>();
  private Runnable onEmpty = () -> {};

  void add(SessionStream<?> stream) {
    streams.add(stream);
  }

  void remove(SessionStream<?> stream) {
    if (streams.remove(stream) && streams.isEmpty()) {
      onEmpty.run();
    }
  }

  /** Told whenever the last one closes. */
  void onEmpty(Runnable listener) {
    onEmpty = listener;
  }

  boolean isEmpty() {
    return streams.isEmpty();
  }

  /** The streams as they are now. */
  List<SessionStream<?>> snapshot() {
    return List.copyOf(streams);
  }
}
