package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.EPOCH;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.ended;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.pages;
import static io.svmcoord.client.FakeCoordinator.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceBaseline;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device does with the notice that stands for events which waited too long (G7, G11). */
@Timeout(60)
class CaughtUpTest {
  private static final AddressRange WINDOW = pages(0, 16);

  private final DeviceFixture fixture = new DeviceFixture();
  private final RecordingTable table = new RecordingTable();
  private Mirror mirror;

  @BeforeEach
  void open() {
    fixture.coordinator.isResuming = true;
    mirror =
        fixture.answering(
            () -> fixture.device.mirror(SPACE, WINDOW, table, DeviceFixture::everyPage));
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    fixture.news.clear();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static SpaceBaseline.Builder baseline(long sequence, RunningInvalidation... running) {
    return SpaceBaseline.newBuilder()
        .setSpaceId(SPACE)
        .setEpoch(EPOCH)
        .setSequence(sequence)
        .addAllRunning(List.of(running));
  }

  private static io.svmcoord.v1.AddressRange wire(AddressRange range) {
    return io.svmcoord.v1.AddressRange.newBuilder()
        .setFirst(range.first())
        .setLast(range.last())
        .build();
  }

  private void send(SpaceBaseline.Builder baseline) {
    fixture.stream.send(DeviceNotice.newBuilder().setCaughtUp(baseline));
  }

  private void awaitAckOfAll(long sequence) {
    assertThat(fixture.stream.nextAnswer().getAcksList())
        .singleElement()
        .isEqualTo(
            Ack.newBuilder()
                .setSpaceId(SPACE)
                .setEpoch(EPOCH)
                .setSequence(sequence)
                .setAllUpTo(true)
                .build());
  }

  @Test
  void changedRanges_areTornDownAndAllIsAcked() {
    LocalToken hit = mirror.readBegin(AddressRanges.of(pages(1, 1)), PATIENCE);

    send(baseline(7).addChanged(wire(pages(1, 2))));

    awaitAckOfAll(7);
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(2);
    assertThat(mirror.checkRetry(hit, AddressRanges.of(pages(1, 1)))).isTrue();
    assertThat(mirror.fault(pages(1, 1), Access.READ, PATIENCE)).hasSize(1);
    fixture.stream.send(invalidate(8, pages(0, 1)));
    fixture.awaitAck(8);
  }

  @Test
  void spaceWithoutMirrors_isAckedToo() {
    send(baseline(7).setSpaceId(SPACE + 1).setResyncRequired(true));

    assertThat(fixture.stream.nextAnswer().getAcksList())
        .singleElement()
        .satisfies(ack -> assertThat(ack.getSpaceId()).isEqualTo(SPACE + 1))
        .satisfies(ack -> assertThat(ack.getSequence()).isEqualTo(7))
        .satisfies(ack -> assertThat(ack.getAllUpTo()).isTrue());
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(4);
  }

  @Test
  void tokenOfOtherPages_staysValid() {
    LocalToken token = mirror.readBegin(AddressRanges.of(pages(8, 1)), PATIENCE);

    send(baseline(7).addChanged(wire(pages(1, 2))));
    awaitAckOfAll(7);

    assertThat(mirror.checkRetry(token, AddressRanges.of(pages(8, 1)))).isFalse();
  }

  @Test
  void running_listedIsWaitedForAndNotListedHasEnded() {
    fixture.stream.send(invalidate(1, pages(5, 1)));
    fixture.awaitAck(1);
    CompletableFuture<List<MirroredPage>> ofEnded =
        mirror.faultAsync(pages(5, 1), Access.READ, PATIENCE);
    assertThat(ofEnded).isNotDone();

    send(baseline(7, running(6, pages(2, 1))).addChanged(wire(pages(2, 1))));

    awaitAckOfAll(7);
    assertThat(ofEnded.join()).hasSize(1);
    CompletableFuture<List<MirroredPage>> ofRunning =
        mirror.faultAsync(pages(2, 1), Access.READ, PATIENCE);
    fixture.stream.send(invalidate(8, pages(9, 1)));
    fixture.awaitAck(8);
    assertThat(ofRunning).isNotDone();
    fixture.stream.send(ended(6, false));
    assertThat(ofRunning.join()).hasSize(1);
  }

  @Test
  void resyncRequired_dropsEverythingOnceAndGoesOn() {
    send(baseline(7, running(6, pages(2, 1))).setResyncRequired(true));

    awaitAckOfAll(7);
    assertThat(table.notices).hasSize(1);
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    assertThat(mirror.access(() -> table.mapped.size())).isZero();
    assertThat(fixture.awaitNews(SessionEvent.Resynced.class).spaceId()).isEqualTo(SPACE);
    assertThat(mirror.fault(pages(0, 1), Access.READ, PATIENCE)).hasSize(1);
  }

  /** The begins in it are told again one by one after a resume: torn down once. */
  @Test
  void streamBreaksBeforeTheAck_eachIsAckedAfterTheResume() {
    var first = fixture.stream;
    send(baseline(7, running(6, pages(2, 1))).addChanged(wire(pages(2, 1))));
    awaitAckOfAll(7);
    fixture.stream.fail(Status.UNAVAILABLE.asRuntimeException());
    fixture.awaitNews(SessionEvent.Suspect.class);
    fixture.stream = fixture.coordinator.nextDevice();
    assertThat(fixture.stream.resume.getPositions(0).getSequence()).isEqualTo(7);

    fixture.stream.resumed(first, baseline(7, running(6, pages(2, 1))).build());
    fixture.stream.send(invalidate(6, pages(2, 1)));

    fixture.awaitAck(6);
    assertThat(table.notices).hasSize(1);
  }
}
