package io.svmcoord.server.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands what the kernel says to the streams' loops: at once for streams of the kernel's own loop,
 * in one task per loop and input for the others. Confined to the kernel's loop.
 */
final class Dispatch {
  /** What one input said to the streams of one other loop, in order; confined to who holds it. */
  private static final class Handover implements Runnable {
    private final List<StreamOutbox> streams = new ArrayList<>();
    private final List<Outgoing> items = new ArrayList<>();

    void add(StreamOutbox stream, Outgoing item) {
      streams.add(stream);
      items.add(item);
    }

    /** Runs on the streams' loop. */
    @Override
    public void run() {
      for (int i = 0; i < streams.size(); i++) {
        streams.get(i).accept(items.get(i));
      }
    }
  }

  private final Loop kernelLoop;
  private final Map<Loop, Handover> handovers = new LinkedHashMap<>();

  Dispatch(Loop kernelLoop) {
    this.kernelLoop = kernelLoop;
  }

  /** Says something to a stream; in the order of the calls. */
  void send(StreamOutbox stream, Outgoing item) {
    Loop loop = stream.loopOutbox().loop();
    if (loop.equals(kernelLoop)) {
      stream.accept(item);
    } else {
      handovers.computeIfAbsent(loop, key -> new Handover()).add(stream, item);
    }
  }

  /** Hands over what was said to other loops. Called after each input. */
  void flush() {
    if (handovers.isEmpty()) {
      return;
    }
    handovers.forEach(Loop::execute);
    handovers.clear();
  }
}
