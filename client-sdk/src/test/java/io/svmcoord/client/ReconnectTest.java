package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.PATIENCE_SECONDS;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attempts to connect that come late: what is mirrored is never used in two sessions (G5). */
@Timeout(60)
class ReconnectTest {
  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final InProcessEnvironment environment = new InProcessEnvironment(coordinator.channel());
  private final BlockingQueue<SessionEvent> news = new LinkedBlockingQueue<>();

  @Test
  void attemptOfAnEarlierBreakComesLate_streamClosedAndNotHandled_resumesAndKeepsItsPages()
      throws Exception {
    coordinator.isResuming = true;
    try (SvmClient client = coordinator.client().environment(environment).build()) {
      DeviceSession device = client.openDevice(DeviceOptions.named("d").withListener(news::add));
      DeviceStream first = coordinator.nextDevice();
      RecordingTable table = new RecordingTable();
      RecordingTable failing = new RecordingTable();
      Mirror mirror = mirror(device, first, table);
      Mirror broken = mirror(device, first, failing);
      environment.isHolding = true;
      first.fail(Status.UNAVAILABLE.asRuntimeException());
      awaitNews(SessionEvent.Suspect.class);
      Runnable late = next(environment.held, "attempt to connect");
      environment.isHolding = false;
      failing.beforeTearDown =
          () -> {
            throw new IllegalStateException("stuck");
          };
      broken.close();
      DeviceStream second = coordinator.nextDevice();
      second.answer(second.nextUpdate());
      awaitNews(SessionEvent.Reopened.class);
      assertThat(mirror.fault(pages(0, 4), Access.READ, PATIENCE)).hasSize(4);

      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      table.beforeTearDown = () -> await(inside, release);
      second.send(invalidate(1, pages(2, 1)));
      assertThat(inside.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      late.run();
      second.fail(Status.UNAVAILABLE.asRuntimeException());
      release.countDown();

      DeviceStream third = coordinator.nextDevice();
      assertThat(third.resume.getSessionKey().toStringUtf8()).isEqualTo("key-" + second.sessionId);
      assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(3);
      assertThat(news).extracting(Object::getClass).doesNotContain(SessionEvent.Fenced.class);
    } finally {
      coordinator.close();
    }
  }

  private static Mirror mirror(DeviceSession device, DeviceStream stream, RecordingTable table) {
    CompletableFuture<Mirror> made =
        CompletableFuture.supplyAsync(
            () -> device.mirror(SPACE, pages(0, 16), table, DeviceFixture::everyPage));
    stream.answer(stream.nextUpdate());
    return made.join();
  }

  private static void await(CountDownLatch inside, CountDownLatch release) {
    inside.countDown();
    try {
      assertThat(release.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitNews(Class<? extends SessionEvent> type) {
    while (!type.isInstance(next(news, type.getSimpleName()))) {
      // Another piece of news.
    }
  }
}
