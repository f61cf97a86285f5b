package io.svmcoord.loadtest.process;

import com.sun.management.ThreadMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a process says of its memory when it is asked. Immutable.
 *
 * @param allocatedBytes what all its threads have allocated on the heap, those that ended too
 * @param heapBytes what of the heap is in use
 * @param directBytes what Netty and the JDK hold outside the heap for buffers
 */
public record MemoryUse(long allocatedBytes, long heapBytes, long directBytes) {
  /** The first collection may leave what waits for its reference to be handled. */
  private static final int COLLECTIONS = 3;

  /** How a parent asks. */
  public enum Order {
    /** As it is. */
    NOW('m'),
    /** After full collections. */
    COLLECTED('c');

    private final char letter;

    Order(char letter) {
      this.letter = letter;
    }

    /** The line that says it. */
    public String line() {
      return String.valueOf(letter);
    }

    /** What this letter asks for; empty when it is another one's. */
    public static Optional<Order> of(int letter) {
      return Stream.of(values()).filter(order -> order.letter == letter).findFirst();
    }
  }

  /** Of this process. */
  public static MemoryUse of(Order order) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    if (order == Order.COLLECTED) {
      for (int i = 0; i < COLLECTIONS; i++) {
        memory.gc();
      }
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return new MemoryUse(
        threads.getTotalThreadAllocatedBytes(),
        memory.getHeapMemoryUsage().getUsed(),
        directMemory());
  }

  private static long directMemory() {
    long jdk =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    // Netty's own memory is not the JDK's to count, unless it is made of the JDK's buffers.
    return Math.max(jdk, PlatformDependent.usedDirectMemory());
  }
}
