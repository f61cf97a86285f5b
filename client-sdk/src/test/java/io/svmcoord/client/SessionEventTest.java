package io.svmcoord.client;

import static io.svmcoord.client.FakeCoordinator.EPOCH;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Draining;
import io.svmcoord.v1.SpaceBaseline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the user of a device is told of its session: each turn once, in order. */
@Timeout(60)
class SessionEventTest {
  private final DeviceFixture fixture = new DeviceFixture();
  private final List<Class<?>> told = new ArrayList<>();
  private DeviceStream first;

  @BeforeEach
  void open() {
    first = fixture.stream;
    var _ =
        fixture.answering(
            () ->
                fixture.device.mirror(
                    SPACE, pages(0, 16), new RecordingTable(), DeviceFixture::everyPage));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void resumes_isToldSuspectThenResumed() {
    resume(false);
    fixture.device.close();

    assertThat(newsUntilClosed())
        .containsExactly(
            SessionEvent.Connected.class,
            SessionEvent.Suspect.class,
            SessionEvent.Resumed.class,
            SessionEvent.Closed.class);
  }

  @Test
  void resyncs_isToldWhichSpaceBeforeItGoesOn() {
    resume(true);
    fixture.device.close();

    assertThat(newsUntilClosed())
        .containsExactly(
            SessionEvent.Connected.class,
            SessionEvent.Suspect.class,
            SessionEvent.Resynced.class,
            SessionEvent.Resumed.class,
            SessionEvent.Closed.class);
  }

  @Test
  void drainsAndIsOver_isToldDrainingSuspectFencedReopened() {
    fixture.stream.send(
        DeviceNotice.newBuilder().setDraining(Draining.newBuilder().setDeadlineMillis(5000)));
    assertThat(fixture.awaitNews(SessionEvent.Draining.class).left())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(fixture.device.state()).isEqualTo(SessionState.DRAINING);
    fixture.stream.fail(Status.UNAVAILABLE.asRuntimeException());
    fixture.stream = fixture.coordinator.nextDevice();
    fixture.stream.answer(fixture.stream.nextUpdate());
    SessionEvent suspect = FakeCoordinator.next(fixture.news, "suspect");
    SessionEvent fenced = FakeCoordinator.next(fixture.news, "fenced");
    SessionEvent reopened = FakeCoordinator.next(fixture.news, "reopened");

    assertThat(List.of(suspect, fenced))
        .hasExactlyElementsOfTypes(SessionEvent.Suspect.class, SessionEvent.Fenced.class);
    assertThat(reopened).isEqualTo(new SessionEvent.Reopened(fixture.stream.sessionId));
  }

  private void resume(boolean isResync) {
    fixture.coordinator.isResuming = true;
    first.fail(Status.UNAVAILABLE.asRuntimeException());
    fixture.stream = fixture.coordinator.nextDevice();
    fixture.stream.resumed(
        first,
        SpaceBaseline.newBuilder()
            .setSpaceId(SPACE)
            .setEpoch(EPOCH)
            .setResyncRequired(isResync)
            .build());
    tellUntil(SessionEvent.Resumed.class);
  }

  private List<Class<?>> newsUntilClosed() {
    tellUntil(SessionEvent.Closed.class);
    return told;
  }

  private void tellUntil(Class<? extends SessionEvent> last) {
    do {
      told.add(FakeCoordinator.next(fixture.news, last.getSimpleName()).getClass());
    } while (!told.getLast().equals(last));
  }
}
