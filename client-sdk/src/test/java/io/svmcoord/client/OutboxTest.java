package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboxTest {
  private final RecordingCall call = new RecordingCall();
  private final Outbox<List<Integer>, List<Integer>> outbox =
      new Outbox<>(ArrayList::new, List::copyOf);

  @Test
  void send_whileNotReady_goesOutTogetherWhenReady() {
    call.isReady = false;
    outbox.attach(call);
    outbox.send(message -> message.add(1));
    outbox.send(message -> message.add(2));
    assertThat(call.sent).isEmpty();

    call.isReady = true;
    outbox.write();

    assertThat(call.sent).containsExactly(List.of(1, 2));
  }

  @Test
  void send_moreThanFitsOneMessage_isSplitAtTheLimit() {
    int parts = Outbox.PARTS_PER_MESSAGE_MAX + 1;
    IntStream.range(0, parts).forEach(part -> outbox.send(message -> message.add(part)));

    outbox.attach(call);

    assertThat(call.sent).extracting(List::size).containsExactly(parts - 1, 1);
  }

  @Test
  void send_peerNeverReads_givesTheCallUpAtTheLimit() {
    call.isReady = false;
    outbox.attach(call);
    for (int part = 0; part < Outbox.WAITING_MAX; part++) {
      assertThat(outbox.send(message -> message.add(0))).isTrue();
    }

    assertThat(outbox.send(message -> message.add(0))).isFalse();

    assertThat(call.ended).startsWith("cancelled: more than");
    assertThat(outbox.send(message -> message.add(0))).isFalse();
  }

  @Test
  void halfClose_notReadyYet_sendsWhatWaitsFirst() {
    call.isReady = false;
    outbox.attach(call);
    outbox.send(message -> message.add(1));
    outbox.halfClose();
    assertThat(call.ended).isNull();

    call.isReady = true;
    outbox.write();

    assertThat(call.sent).containsExactly(List.of(1));
    assertThat(call.ended).isEqualTo("completed");
    assertThat(outbox.send(message -> message.add(2))).isFalse();
  }

  @Test
  void cancel_afterHalfClose_stillCancels() {
    outbox.attach(call);
    outbox.halfClose();

    outbox.cancel("why");

    assertThat(call.ended).isEqualTo("cancelled: why");
  }

  @Test
  void send_manyThreads_everyPartOnceAndEachThreadsInOrder() throws Exception {
    int threads = 8;
    int parts = 5_000;
    outbox.attach(call);
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> senders =
        IntStream.range(0, threads)
            .mapToObj(
                sender ->
                    Thread.startVirtualThread(
                        () -> {
                          awaitStart(start);
                          for (int part = 0; part < parts; part++) {
                            int value = sender * parts + part;
                            outbox.send(message -> message.add(value));
                          }
                        }))
            .toList();
    start.countDown();
    for (Thread sender : senders) {
      sender.join();
    }

    List<Integer> all = call.sent.stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(threads * parts).doesNotHaveDuplicates();
    for (int sender = 0; sender < threads; sender++) {
      int number = sender;
      assertThat(all.stream().filter(value -> value / parts == number)).isSorted();
    }
  }

  private static void awaitStart(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
