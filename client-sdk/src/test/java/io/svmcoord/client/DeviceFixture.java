package io.svmcoord.client;

import static io.svmcoord.client.FakeCoordinator.PATIENCE_SECONDS;
import static io.svmcoord.client.FakeCoordinator.next;
import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.FakeCoordinator.DeviceStream;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One device session against a scripted coordinator. */
final class DeviceFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);

  final FakeCoordinator coordinator = new FakeCoordinator();
  final BlockingQueue<SessionEvent> news = new LinkedBlockingQueue<>();
  final SvmClient client = coordinator.client().build();
  final DeviceSession device;
  DeviceStream stream;

  DeviceFixture() {
    this(DeviceOptions.named("d"));
  }

  DeviceFixture(DeviceOptions options) {
    device = client.openDevice(options.withListener(news::add));
    stream = coordinator.nextDevice();
  }

  /** Runs a call that subscribes or unsubscribes once, and answers it. */
  <T> T answering(Supplier<T> call) {
    CompletableFuture<T> made = CompletableFuture.supplyAsync(call);
    stream.answer(stream.nextUpdate());
    return made.join();
  }

  void awaitAck(long sequence) {
    DeviceSessionRequest answer = stream.nextAnswer();
    assertThat(answer.getRefusalsList()).isEmpty();
    assertThat(answer.getAcksList()).extracting(Ack::getSequence).containsExactly(sequence);
  }

  void awaitRefusal(long sequence, Refusal.Cause cause) {
    DeviceSessionRequest answer = stream.nextAnswer();
    assertThat(answer.getAcksList()).isEmpty();
    assertThat(answer.getRefusals(0).getSequence()).isEqualTo(sequence);
    assertThat(answer.getRefusals(0).getCause()).isEqualTo(cause);
  }

  void assertNoAnswer() {
    try {
      assertThat(stream.received.poll(30, TimeUnit.MILLISECONDS)).isNull();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  <T extends SessionEvent> T awaitNews(Class<T> type) {
    while (true) {
      SessionEvent event = next(news, type.getSimpleName());
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }

  /** A page source that has every page, frame = address. */
  static List<MirroredPage> everyPage(
      long spaceId, io.svmcoord.range.AddressRange range, Access access, Duration timeout) {
    List<MirroredPage> pages = new ArrayList<>();
    for (long at = range.first(); at < range.last(); at += FakeCoordinator.PAGE) {
      pages.add(new MirroredPage(at, at, access == Access.WRITE, 0));
    }
    return pages;
  }

  @Override
  public void close() {
    coordinator.close();
    client.close();
  }
}
