package io.svmcoord.loadtest.sim.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final Simulation simulation = new Simulation(5);
  private final SimNetwork network = new SimNetwork(simulation, LinkTimes.DEFAULT);
  private final SimProcess server = process("server");
  private final SimProcess client = process("client");
  private final EchoService service = new EchoService(simulation);
  private final SimChannel channel = network.connect("echo", client);

  SimNetworkTest() {
    network.listen("echo", server, List.of(service.definition()));
  }

  private SimProcess process(String name) {
    return new SimProcess(simulation, name, new SimClock(simulation, 0, 0, 0));
  }

  private void run(long nanos) {
    simulation.runUntil(simulation.nowNanos() + nanos);
  }

  // What works.

  @Test
  void call_goesThere_andComesBack() {
    EchoCall call = EchoCall.start(channel).send("a", "b", "c");
    call.call().halfClose();
    run(SECOND);

    assertThat(call.told()).containsExactly("headers", "a", "b", "c", "closed");
    assertThat(call.code()).isEqualTo(Status.Code.OK);
    assertThat(service.told()).containsExactly("a", "b", "c", "complete");
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
  }

  @Test
  void stream_isInOrder_streamsOvertakeEachOther() {
    EchoCall first = EchoCall.start(channel);
    EchoCall second = EchoCall.start(channel);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add("m" + i);
      first.send("m" + i);
      second.send("m" + i);
    }
    run(SECOND);

    assertThat(first.told()).containsSubsequence(sent).hasSize(202);
    assertThat(second.told()).containsSubsequence(sent).hasSize(202);
    List<String> paired = new ArrayList<>();
    sent.forEach(one -> paired.addAll(List.of(one, one)));
    assertThat(service.told()).hasSize(400).isNotEqualTo(paired);
  }

  @Test
  void blockingStub_waitsInAThread() {
    List<String> answers = new ArrayList<>();
    client.start(
        () ->
            answers.add(
                ClientCalls.blockingUnaryCall(
                    channel, EchoService.ECHO, CallOptions.DEFAULT, "hello")));
    run(SECOND);

    assertThat(answers).containsExactly("hello");
  }

  @Test
  void unknownMethod_isUnimplemented() {
    EchoCall call = EchoCall.start(channel, EchoService.UNKNOWN, CallOptions.DEFAULT, 1).send("a");
    run(SECOND);

    assertThat(call.code()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void cancel_isToldToBothSides_onceEach() {
    EchoCall call = EchoCall.start(channel).send("a");
    run(SECOND);
    call.call().cancel("enough", null);
    call.call().cancel("enough", null);
    run(SECOND);

    assertThat(call.code()).isEqualTo(Status.Code.CANCELLED);
    assertThat(call.told()).containsOnlyOnce("closed");
    assertThat(service.told()).hasSize(2).last().asString().startsWith("cancelled");
    assertThat(service.calls().getFirst().isCancelled()).isTrue();
  }

  @Test
  void deadline_goesByEachSidesClock() {
    EchoCall call =
        EchoCall.start(
            channel,
            EchoService.ECHO,
            CallOptions.DEFAULT.withDeadline(
                Deadline.after(100, TimeUnit.MILLISECONDS, ticker(client))),
            1);
    run(10 * MILLI);
    // The client's own reset does not arrive.
    network.connections().getFirst().swallow(Direction.TO_SERVER);
    run(SECOND);

    assertThat(call.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(service.told()).containsExactly("cancelled after 100 ms");
  }

  private static Deadline.Ticker ticker(SimProcess process) {
    return new Deadline.Ticker() {
      @Override
      public long nanoTime() {
        return process.clock().nanos();
      }
    };
  }

  @Test
  void readerThatAsksForNothing_holdsItsSenderBack() {
    service.requestFirst(0);
    EchoCall call = EchoCall.start(channel);
    run(10 * MILLI);
    assertThat(call.told()).contains("ready");
    String large = "x".repeat(20_000);
    for (int i = 0; i < 4; i++) {
      assertThat(call.call().isReady()).isTrue();
      call.send(large);
    }
    run(SECOND);
    assertThat(call.call().isReady()).isFalse();
    assertThat(service.told()).isEmpty();

    service.calls().getFirst().request(3);
    run(SECOND);
    assertThat(service.told()).containsExactly(large, large, large);
    assertThat(call.call().isReady()).isTrue();
    assertThat(call.told().stream().filter("ready"::equals)).hasSize(2);
  }

  @Test
  void clientThatAsksForNothing_holdsTheServerBack_andIsToldOfTheEndAfterwards() {
    EchoCall call = EchoCall.start(channel, EchoService.ECHO, CallOptions.DEFAULT, 0);
    call.send("x".repeat(40_000), "y".repeat(40_000));
    run(10 * MILLI);
    assertThat(service.calls().getFirst().isReady()).isFalse();
    call.call().halfClose();
    run(SECOND);
    assertThat(call.told()).doesNotContain("closed");

    call.call().request(2);
    run(SECOND);
    assertThat(call.told()).hasSize(5).last().isEqualTo("closed");
  }

  // What breaks.

  @Test
  void cutConnection_isToldToBothSides_andTheNextCallConnectsAnew() {
    EchoCall call = EchoCall.start(channel).send("a");
    run(SECOND);
    network.connections().getFirst().cut();
    run(10 * MILLI);

    assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(service.told()).hasSize(2).last().asString().startsWith("cancelled");
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.IDLE);
    EchoCall next = EchoCall.start(channel).send("b");
    run(10 * MILLI);
    assertThat(next.told()).contains("b");
    assertThat(network.connections()).singleElement().matches(one -> one.number() == 2);
  }

  @Test
  void wayThatSwallows_isFoundOutByEitherSidesKeepAlive() {
    for (Direction direction : Direction.values()) {
      service.told().clear();
      EchoCall call = EchoCall.start(channel).send("a");
      run(10 * MILLI);
      network.connections().getLast().swallow(direction);
      call.send("b");
      run(9 * SECOND);
      assertThat(call.isOver()).isFalse();
      assertThat(service.told()).containsExactlyElementsOf(arrived(direction));

      run(12 * SECOND);
      assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(service.told()).last().asString().startsWith("cancelled");
      assertThat(network.connections()).isEmpty();
    }
  }

  private static List<String> arrived(Direction swallowed) {
    return swallowed == Direction.TO_SERVER ? List.of("a") : List.of("a", "b");
  }

  @Test
  void clientWithoutCalls_doesNotNotice_untilItHasOne() {
    EchoCall call = EchoCall.start(channel).send("a");
    call.call().halfClose();
    run(10 * MILLI);
    network.connections().getFirst().swallow(Direction.TO_CLIENT);
    run(60 * SECOND);
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);

    EchoCall next = EchoCall.start(channel).send("b");
    run(16 * SECOND);
    assertThat(next.code()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void enterIdle_leavesTheOldCallsAlone_andConnectsAnew() {
    EchoCall old = EchoCall.start(channel).send("a");
    run(10 * MILLI);
    channel.enterIdle();
    EchoCall fresh = EchoCall.start(channel).send("b");
    old.send("c");
    run(10 * MILLI);

    assertThat(old.told()).contains("a", "c").doesNotContain("closed");
    assertThat(fresh.told()).contains("b");
    assertThat(network.connections()).hasSize(2);
    old.call().cancel("enough", null);
    run(10 * MILLI);
    assertThat(network.connections()).singleElement().matches(one -> one.number() == 2);
  }

  @Test
  void stalledWay_deliversEverythingLater_inOrder() {
    EchoCall call = EchoCall.start(channel).send("a");
    run(20 * MILLI);
    network.connections().getFirst().stall(Direction.TO_SERVER, SECOND);
    call.send("b", "c");
    run(SECOND - MILLI);
    assertThat(service.told()).containsExactly("a");

    run(20 * MILLI);
    assertThat(service.told()).containsExactly("a", "b", "c");
  }

  @Test
  void refusedClient_failsAtOnce_andIsReadyAfterItsBackOff() {
    network.refuse(client, SECOND / 2);
    EchoCall call = EchoCall.start(channel).send("a");
    run(30 * MILLI);
    assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.TRANSIENT_FAILURE);
    EchoCall next = EchoCall.start(channel).send("b");
    run(30 * MILLI);
    assertThat(next.code()).isEqualTo(Status.Code.UNAVAILABLE);

    run(2 * SECOND);
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
    assertThat(service.told()).isEmpty();
  }

  @Test
  void ignoredClient_getsThroughOnceItsPacketsDo() {
    network.ignore(client, SECOND / 2);
    EchoCall call = EchoCall.start(channel).send("a");
    run(900 * MILLI);
    assertThat(call.told()).isEmpty();
    assertThat(channel.getState(false)).isEqualTo(ConnectivityState.CONNECTING);

    run(200 * MILLI);
    assertThat(call.told()).contains("a");
  }

  @Test
  void clientIgnoredForLong_isRefused() {
    network.ignore(client, 60 * SECOND);
    EchoCall call = EchoCall.start(channel).send("a");
    run(20 * SECOND);

    assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void crashedServer_isUnavailable_untilAnotherListens() {
    EchoCall call = EchoCall.start(channel).send("a");
    run(10 * MILLI);
    server.crash();
    run(10 * MILLI);
    assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
    EchoCall refused = EchoCall.start(channel);
    run(30 * MILLI);
    assertThat(refused.code()).isEqualTo(Status.Code.UNAVAILABLE);

    network.listen("echo", process("successor"), List.of(service.definition()));
    run(2 * SECOND);
    EchoCall next = EchoCall.start(channel).send("b");
    run(30 * MILLI);
    assertThat(next.told()).contains("b");
  }

  @Test
  void crashedClient_isToldToTheServer() {
    EchoCall call = EchoCall.start(channel).send("a");
    run(10 * MILLI);
    client.crash();
    run(10 * MILLI);

    assertThat(service.told()).hasSize(2).last().asString().startsWith("cancelled");
    assertThat(call.isOver()).isFalse();
    assertThat(network.connections()).isEmpty();
  }

  @Test
  void pausedClient_readsEverythingAfterwards() {
    EchoCall call = EchoCall.start(channel);
    run(10 * MILLI);
    call.send("a", "b");
    client.pause(SECOND);
    run(SECOND - MILLI);
    assertThat(service.told()).containsExactly("a", "b");
    assertThat(call.told()).doesNotContain("a");

    run(10 * MILLI);
    assertThat(call.told()).endsWith("a", "b");
  }

  // Shutdown.

  @Test
  void shutdown_letsCallsEnd_refusesNewOnes() {
    EchoCall call = EchoCall.start(channel).send("a");
    run(10 * MILLI);
    channel.shutdown();
    EchoCall late = EchoCall.start(channel);
    call.send("b");
    run(10 * MILLI);
    assertThat(late.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call.told()).contains("b");
    assertThat(channel.isTerminated()).isFalse();

    call.call().halfClose();
    run(10 * MILLI);
    assertThat(channel.isTerminated()).isTrue();
    assertThat(network.connections()).isEmpty();
  }

  @Test
  void shutdownNow_endsCalls_andWhoAwaitsItGoesOn() {
    EchoCall call = EchoCall.start(channel).send("a");
    List<Boolean> awaited = new ArrayList<>();
    client.start(
        () -> {
          awaited.add(terminates(1));
          channel.shutdownNow();
          awaited.add(terminates(1_000));
        });
    run(SECOND);

    assertThat(awaited).containsExactly(false, true);
    assertThat(call.code()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private boolean terminates(long millis) {
    try {
      return channel.awaitTermination(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void blockingStub_throwsWhatTheCallEndedWith() {
    List<Status.Code> codes = new ArrayList<>();
    network.refuse(client, SECOND);
    client.start(
        () -> {
          try {
            var _ =
                ClientCalls.blockingUnaryCall(
                    channel, EchoService.ECHO, CallOptions.DEFAULT, "hello");
          } catch (StatusRuntimeException e) {
            codes.add(e.getStatus().getCode());
          }
        });
    run(SECOND);

    assertThat(codes).containsExactly(Status.Code.UNAVAILABLE);
  }
}
