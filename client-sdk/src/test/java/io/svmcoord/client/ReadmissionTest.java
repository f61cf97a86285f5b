package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device that is told to stay away for a while. */
@Timeout(60)
class ReadmissionTest {
  private static final Duration AWAY = Duration.ofMillis(700);

  private static StatusRuntimeException delayed() {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.UNAVAILABLE.value())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(Errors.DOMAIN)
                        .setReason("READMISSION_DELAYED")
                        .putMetadata("evictions", "3")
                        .putMetadata("retry_after_nanos", Long.toString(AWAY.toNanos()))
                        .build()))
            .build());
  }

  @Test
  void refused_withATime_comesBackByItselfAndNoEarlier() {
    try (FakeCoordinator coordinator = new FakeCoordinator();
        SvmClient client = coordinator.client().build()) {
      DeviceSession device = client.openDevice(DeviceOptions.named("d"));
      DeviceStream stream = coordinator.nextDevice();

      long refusedNanos = System.nanoTime();
      stream.fail(delayed());
      DeviceStream again = coordinator.nextDevice();

      assertThat(Duration.ofNanos(System.nanoTime() - refusedNanos)).isGreaterThanOrEqualTo(AWAY);
      assertThat(again.previousKey.toStringUtf8()).isEqualTo("key-1");
      assertThat(device.state()).isNotEqualTo(SessionState.CLOSED);
    }
  }
}
