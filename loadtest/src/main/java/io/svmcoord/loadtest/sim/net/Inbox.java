package io.svmcoord.loadtest.sim.net;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What arrived at one side of a stream and is given out as it is asked for: messages in order, then
 * the end. Confined to its simulation.
 */
final class Inbox {
  /** Takes what is given out; runs one at a time. */
  interface Reader {
    void message(byte[] bytes);

    /** Headers, or the end: what needs not be asked for. */
    void other(Runnable what);
  }

  private final ArrayDeque<Object> items = new ArrayDeque<>();
  private final Reader reader;
  private long requested;
  private boolean isReading;
  private boolean isClosed;

  Inbox(Reader reader) {
    this.reader = reader;
  }

  void addMessage(byte[] bytes) {
    items.addLast(bytes);
  }

  void addOther(Runnable what) {
    items.addLast(what);
  }

  /** More messages are wanted; whether {@link #read} has to be called for that. */
  boolean request(int count) {
    requested += count;
    return !isReading && !items.isEmpty();
  }

  /** Nothing is given out any more. */
  void close() {
    isClosed = true;
    items.clear();
  }

  /** Gives out what is there and asked for. */
  void read() {
    if (isReading) {
      return;
    }
    isReading = true;
    try {
      for (Object item = next(); item != null; item = next()) {
        if (item instanceof byte[] bytes) {
          reader.message(bytes);
        } else {
          reader.other((Runnable) item);
        }
      }
    } finally {
      isReading = false;
    }
  }

  private @Nullable Object next() {
    if (isClosed || (items.peek() instanceof byte[] && requested-- <= 0)) {
      requested = Math.max(0, requested);
      return null;
    }
    return items.poll();
  }
}
