package io.svmcoord.loadtest.sim.node;

import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.net.SimNetwork;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.control.ControlStore;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.service.Loops;
import io.svmcoord.server.service.NodeInfo;
import io.svmcoord.server.service.ServiceLimits;
import io.svmcoord.server.service.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator on a simulated machine: the product's kernel and services, over loops, a clock
 * and a network of the simulation. Confined to its simulation.
 */
public final class SimCoordinator {
  private final SimNetwork network;
  private final String target;
  private final SimClock clock;
  private final ServerConfig config;
  private final ControlStore store;
  private final Consumer<Past> onStart;
  private final KernelObserver observer;
  private final ServerInterceptor[] edge;
  private @Nullable Node node;

  /** One life of it. */
  private record Node(SimProcess process, Coordinator kernel, Services services) {}

  /**
   * A coordinator that does not run yet.
   *
   * @param target the address that it serves at, and its name
   * @param clock of its machine
   * @param config its event loops, times and limits; the rest is for real machines
   * @param store what it knows of itself when it starts; outlives crashes
   * @param onStart told of what each of its lives begins with
   * @param observer told of what happens in the kernel, in all its lives
   * @param edge sees each call between the network and the services, in all its lives
   */
  public SimCoordinator(
      SimNetwork network,
      String target,
      SimClock clock,
      ServerConfig config,
      ControlStore store,
      Consumer<Past> onStart,
      KernelObserver observer,
      ServerInterceptor... edge) {
    this.network = network;
    this.target = target;
    this.clock = clock;
    this.config = config;
    this.store = store;
    this.onStart = onStart;
    this.observer = observer;
    this.edge = edge.clone();
  }

  /** Starts it, for the first time or after a crash. */
  public void start() {
    if (node != null && !node.process.isCrashed()) {
      throw new IllegalStateException(
          "start: %s runs (expected: a crash before)".formatted(target));
    }
    SimProcess process = new SimProcess(network.simulation(), target, clock);
    List<SimLoop> loops = new ArrayList<>();
    for (int i = 0; i < config.eventLoops(); i++) {
      loops.add(new SimLoop(process));
    }
    Past past = store.beginTerm(config.longestLease().toNanos());
    onStart.accept(past);
    Coordinator kernel =
        new Coordinator(
            clock.nanos(),
            past,
            config.kernel(),
            store,
            () -> new SessionKey(process.random().nextLong(), process.random().nextLong()),
            observer);
    Services services =
        new Services(
            kernel,
            new Loops(List.copyOf(loops)),
            clock::nanos,
            ServiceLimits.of(config),
            new NodeInfo("simulated", "simulated", loops.size(), clock.nanos()),
            _ -> {},
            () -> {});
    store.start(new StoreProgress(services));
    network.listen(
        target,
        process,
        services.definitions().stream()
            .map(definition -> ServerInterceptors.intercept(definition, edge))
            .toList(),
        connection -> loops.get(connection % loops.size())::run);
    node = new Node(process, kernel, services);
  }

  /** The clock of its machine. */
  public SimClock clock() {
    return clock;
  }

  /** Takes what the store tells to the kernel's loop. */
  private record StoreProgress(Services services) implements ControlStore.Progress {
    @Override
    public void written(long number) {
      services.remembered(number);
    }

    @Override
    public void failed(long number, String why) {
      services.notRemembered(number, why);
    }
  }

  /** Dies: its memory is gone but for what is in its store, its connections break. */
  public void crash() {
    process().crash();
    store.close();
  }

  /** The process of its present life, or of the last one. */
  public SimProcess process() {
    return running().process;
  }

  /** The kernel of its present life, or of the last one; for looking, between steps. */
  public Coordinator kernel() {
    return running().kernel;
  }

  /** The services of its present life, or of the last one. */
  public Services services() {
    return running().services;
  }

  private Node running() {
    Node now = node;
    if (now == null) {
      throw new IllegalStateException("%s was never started".formatted(target));
    }
    return now;
  }
}
