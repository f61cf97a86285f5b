package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.DrainRequest;
import io.svmcoord.v1.GetNodeRequest;
import io.svmcoord.v1.OpenDevice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that stops gracefully. */
class DrainTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void drain_tellsStreamsRefusesSessionsAndEndsWhenTheyLeft(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", 60_000);
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");
      assertThat(health(server)).isEqualTo(ServingStatus.SERVING);
      assertThat(server.admin("/readyz").statusCode()).isEqualTo(200);

      drain(server, 600_000);

      assertThat(device.notices().next().getDraining().getDeadlineMillis()).isEqualTo(600_000);
      assertThat(host.notices().next().getDraining().getDeadlineMillis()).isEqualTo(600_000);
      assertThat(health(server)).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(server.admin("/readyz").statusCode()).isEqualTo(503);
      assertThat(server.admin("/readyz").body()).isEqualTo("draining\n");
      assertThat(server.admin("/livez").statusCode()).isEqualTo(200);
      assertThat(server.introspection().getNode(GetNodeRequest.getDefaultInstance()).getDraining())
          .isTrue();
      assertDraining(openDevice(server).error());
      assertDraining(
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> server.invalidations().beginInvalidation(unmap(space, pages(0, 1)).build())));
      host.begin(unmap(space, pages(0, 1)).build());
      device.ack(device.nextInvalidate());
      assertThat(host.notices().next().hasBegun()).as("what is open works on").isTrue();

      device.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
      host.halfClose();
      server.server().awaitTermination();
      assertThat(device.notices().closed()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void drain_deadlineOver_closesStreams(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestDevice device = new TestDevice(server.channel(), "device", 60_000);

      drain(server, 1);

      assertThat(device.notices().next().hasDraining()).isTrue();
      assertDraining(device.notices().error());
      server.server().awaitTermination();
    }
  }

  private static void drain(TestServer server, int deadlineMillis) {
    var _ =
        server
            .introspection()
            .drain(DrainRequest.newBuilder().setDeadlineMillis(deadlineMillis).build());
  }

  private static void assertDraining(StatusRuntimeException error) {
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(errorInfo(error).getReason()).isEqualTo("DRAINING");
  }

  private static Notices<DeviceSessionResponse, DeviceNotice> openDevice(TestServer server) {
    Notices<DeviceSessionResponse, DeviceNotice> notices =
        new Notices<>(DeviceSessionResponse::getNoticesList);
    DeviceServiceGrpc.newStub(server.callsChannel())
        .deviceSession(notices)
        .onNext(
            DeviceSessionRequest.newBuilder()
                .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()))
                .build());
    return notices;
  }

  private static ServingStatus health(TestServer server) {
    return HealthGrpc.newBlockingStub(server.callsChannel())
        .check(HealthCheckRequest.newBuilder().setService(DeviceServiceGrpc.SERVICE_NAME).build())
        .getStatus();
  }
}
