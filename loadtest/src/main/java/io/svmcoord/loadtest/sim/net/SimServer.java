package io.svmcoord.loadtest.sim.net;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.svmcoord.loadtest.sim.core.SimProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A process that serves at an address. Immutable.
 *
 * <p>Each call has an executor that runs its callbacks in order; they run where a frame arrives, in
 * an event of the process.
 */
final class SimServer {
  private final SimProcess process;
  private final IntFunction<Executor> threads;
  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

  /**
   * A server.
   *
   * @param threads by number of a connection what runs one call of it
   */
  SimServer(
      SimProcess process, List<ServerServiceDefinition> services, IntFunction<Executor> threads) {
    this.process = process;
    this.threads = threads;
    for (ServerServiceDefinition service : services) {
      for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
        methods.put(method.getMethodDescriptor().getFullMethodName(), method);
      }
    }
  }

  SimProcess process() {
    return process;
  }

  Executor threadOf(int connection) {
    return threads.apply(connection);
  }

  @Nullable ServerMethodDefinition<?, ?> method(String fullName) {
    return methods.get(fullName);
  }
}
