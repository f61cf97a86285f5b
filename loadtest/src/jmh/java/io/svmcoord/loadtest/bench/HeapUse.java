package io.svmcoord.loadtest.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** What lives on the heap. */
public final class HeapUse {
  /** The first collection may leave what waits for its reference to be handled. */
  private static final int COLLECTIONS = 3;

  private HeapUse() {}

  /** Bytes of heap in use after full collections. */
  public static long afterGcBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }
}
