package io.svmcoord.loadtest.sim.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;

/**
 * Virtual threads on a scheduler of ours. JDK 25 has it for its own tests alone; should a later JDK
 * offer it to everybody, this class goes.
 */
final class VirtualThreads {
  private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";
  private static final MethodHandle CONSTRUCTOR = constructor();

  private VirtualThreads() {}

  /** A builder of threads each of whose continuations is a task for the executor. */
  static Thread.Builder.OfVirtual on(Executor scheduler) {
    try {
      return (Thread.Builder.OfVirtual) CONSTRUCTOR.invoke(scheduler);
    } catch (Throwable e) {
      throw new IllegalStateException(BUILDER, e);
    }
  }

  private static MethodHandle constructor() {
    try {
      Class<?> builder = Class.forName(BUILDER);
      return MethodHandles.privateLookupIn(builder, MethodHandles.lookup())
          .findConstructor(builder, MethodType.methodType(void.class, Executor.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          BUILDER + " (expected: JDK 25 with --add-opens java.base/java.lang=ALL-UNNAMED)", e);
    }
  }
}
