package io.svmcoord.loadtest.sim.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.Simulation;
import io.svmcoord.loadtest.sim.net.Direction;
import io.svmcoord.loadtest.sim.net.LinkTimes;
import io.svmcoord.loadtest.sim.net.SimChannel;
import io.svmcoord.loadtest.sim.net.SimConnection;
import io.svmcoord.loadtest.sim.net.SimNetwork;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.CreateAddressSpaceResponse;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EndInvalidationResponse;
import io.svmcoord.v1.FanOut;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SessionOutcome;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract over the simulated network, with bare stubs; the SDK has a test of its own. */
class SimCoordinatorTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final int TTL_MILLIS = 1_000;
  private static final AddressRange RANGE =
      AddressRange.newBuilder().setFirst(0).setLast(0xffff).build();

  private final Simulation simulation = new Simulation(9);
  private final SimNetwork network = new SimNetwork(simulation, LinkTimes.DEFAULT);
  private final SimProcess client =
      new SimProcess(simulation, "client", new SimClock(simulation, -5, 100, 0));
  private final SimChannel channel = network.connect("coordinator", client);

  private SimCoordinator start(int loops) {
    SimCoordinator coordinator =
        new SimCoordinator(
            network,
            "coordinator",
            new SimClock(simulation, Long.MAX_VALUE - SECOND, -100, 0),
            ServerConfig.defaults().with("event-loops", Integer.toString(loops)),
            new SimControlStore(simulation),
            _ -> {},
            KernelObserver.NONE);
    coordinator.start();
    return coordinator;
  }

  private void run(long nanos) {
    simulation.runUntil(simulation.nowNanos() + nanos);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void device_isTold_acks_andTheBeginReturns(int loops) {
    start(loops);
    Device device = new Device(createSpace());
    Answer<BeginInvalidationResponse> begun = begin(device.space);
    run(10 * MILLI);
    assertThat(device.notices).last().matches(DeviceNotice::hasInvalidate);
    assertThat(begun.values).isEmpty();

    device.ackLast();
    run(10 * MILLI);
    FanOut fanOut = begun.only().getFanOut();
    assertThat(fanOut.getSessionsNotified()).isEqualTo(1);
    assertThat(fanOut.getNotAckedCount()).isZero();

    assertThat(end(begun.only()).only().getForceEnded()).isFalse();
    assertThat(device.notices).last().matches(DeviceNotice::hasEnded);
  }

  @Test
  void cutDevice_isWaitedForUntilItsLeaseIsOver() {
    start(2);
    Device device = new Device(createSpace());
    long openedAt = simulation.nowNanos();
    connectionOf(device).cut();
    run(10 * MILLI);
    assertThat(device.ends).containsExactly(Status.Code.UNAVAILABLE);
    Answer<BeginInvalidationResponse> begun = begin(device.space);
    run(openedAt + SECOND / 2 - simulation.nowNanos());
    assertThat(begun.values).isEmpty();

    run(SECOND);
    assertThat(begun.only().getFanOut().getNotAcked(0).getOutcome())
        .isEqualTo(SessionOutcome.Outcome.OUTCOME_EXPIRED);
  }

  @Test
  void halfOpenDevice_isEvictedAndItsLeaseWaitedOut_thoughNobodyToldEither() {
    start(2);
    Device device = new Device(createSpace());
    connectionOf(device).swallow(Direction.TO_CLIENT);
    Answer<BeginInvalidationResponse> begun = begin(device.space);
    run(4 * SECOND);

    assertThat(device.ends).isEmpty();
    assertThat(begun.only().getFanOut().getNotAckedCount()).isEqualTo(1);
  }

  @Test
  void restart_isTheNextEpoch_andABeginWaitsForTheDeviceOfBefore() {
    SimCoordinator coordinator = start(2);
    Device device = new Device(createSpace());
    assertThatThrownBy(coordinator::start).hasMessageContaining("coordinator runs");
    coordinator.crash();
    run(10 * MILLI);
    assertThat(device.ends).containsExactly(Status.Code.UNAVAILABLE);
    coordinator.start();

    Answer<BeginInvalidationResponse> begun = begin(device.space);
    run(100 * MILLI);
    assertThat(coordinator.kernel().graceSessions()).isEqualTo(1);
    assertThat(begun.codes).isEmpty();
    run(6 * SECOND);
    assertThat(begun.only().getId().getEpoch()).isEqualTo(2);
    Device again = new Device(device.space);
    assertThat(again.incarnation()).isEqualTo(device.incarnation());
  }

  private SimConnection connectionOf(Device device) {
    return network.connectionsOf(device.process).getFirst();
  }

  private long createSpace() {
    Answer<CreateAddressSpaceResponse> answer = new Answer<>();
    AddressSpaceServiceGrpc.newStub(channel)
        .createAddressSpace(CreateAddressSpaceRequest.newBuilder().setName("s").build(), answer);
    run(10 * MILLI);
    return answer.only().getAddressSpace().getId();
  }

  private Answer<BeginInvalidationResponse> begin(long space) {
    Answer<BeginInvalidationResponse> answer = new Answer<>();
    InvalidationServiceGrpc.newStub(channel)
        .beginInvalidation(
            BeginInvalidationRequest.newBuilder()
                .setSpaceId(space)
                .addRanges(RANGE)
                .setEvent(InvalidationEvent.INVALIDATION_EVENT_UNMAP)
                .setAckDeadlineMillis(2_000)
                .setHoldMillis(60_000)
                .build(),
            answer);
    return answer;
  }

  private Answer<EndInvalidationResponse> end(BeginInvalidationResponse begun) {
    Answer<EndInvalidationResponse> answer = new Answer<>();
    InvalidationServiceGrpc.newStub(channel)
        .endInvalidation(
            EndInvalidationRequest.newBuilder()
                .setId(begun.getId())
                .setSessionKey(begun.getSessionKey())
                .build(),
            answer);
    run(10 * MILLI);
    return answer;
  }

  /** A device in a process of its own, with one subscription, that does nothing by itself. */
  private final class Device implements StreamObserver<DeviceSessionResponse> {
    private final SimProcess process =
        new SimProcess(simulation, "device", new SimClock(simulation, 0, 0, 0));
    private final long space;
    private final List<DeviceNotice> notices = new ArrayList<>();
    private final List<Status.Code> ends = new ArrayList<>();
    private final StreamObserver<DeviceSessionRequest> requests;

    Device(long space) {
      this.space = space;
      SimChannel own = network.connect("coordinator", process);
      requests = DeviceServiceGrpc.newStub(own).deviceSession(this);
      requests.onNext(
          DeviceSessionRequest.newBuilder()
              .addCommands(
                  DeviceCommand.newBuilder()
                      .setOpen(OpenDevice.newBuilder().setName("d").setTtlMillis(TTL_MILLIS)))
              .addCommands(
                  DeviceCommand.newBuilder()
                      .setCorrelationId(1)
                      .setUpdate(
                          UpdateSubscriptions.newBuilder()
                              .setSpaceId(space)
                              .addAdd(
                                  Subscription.newBuilder().setSubscriptionId(1).setRange(RANGE))))
              .build());
      run(30 * MILLI);
      assertThat(notices).last().matches(DeviceNotice::hasUpdated);
    }

    ByteString incarnation() {
      return notices.getFirst().getOpened().getIncarnation();
    }

    void ackLast() {
      var event = notices.getLast().getInvalidate();
      requests.onNext(
          DeviceSessionRequest.newBuilder()
              .addAcks(
                  Ack.newBuilder()
                      .setSpaceId(event.getSpaceId())
                      .setEpoch(event.getEpoch())
                      .setSequence(event.getSequence()))
              .build());
    }

    @Override
    public void onNext(DeviceSessionResponse message) {
      notices.addAll(message.getNoticesList());
    }

    @Override
    public void onError(Throwable error) {
      ends.add(Status.fromThrowable(error).getCode());
    }

    @Override
    public void onCompleted() {
      ends.add(Status.Code.OK);
    }
  }

  /** What a unary call came to. */
  private static final class Answer<T> implements StreamObserver<T> {
    private final List<T> values = new ArrayList<>();
    private final List<Status.Code> codes = new ArrayList<>();

    T only() {
      assertThat(codes).containsExactly(Status.Code.OK);
      return values.getFirst();
    }

    @Override
    public void onNext(T value) {
      values.add(value);
    }

    @Override
    public void onError(Throwable error) {
      codes.add(Status.fromThrowable(error).getCode());
    }

    @Override
    public void onCompleted() {
      codes.add(Status.Code.OK);
    }
  }
}
