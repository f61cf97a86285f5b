package io.svmcoord.client;

import io.grpc.stub.ClientCallStreamObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session has to send. Any thread adds; one at a time writes, whoever finds nobody writing.
 * What is waiting when a message is written goes out in it: batches without a timer. While the
 * transport is not ready everything waits here. Thread-safe, never blocks.
 *
 * @param <B> builder of a message
 * @param <Q> message
 */
final class Outbox<B, Q> {
  /** Most parts of one message; the contract allows no fewer of any kind. */
  static final int PARTS_PER_MESSAGE_MAX = 256;

  /** Most parts that wait; past it the stream is given up, since its peer does not read. */
  static final int WAITING_MAX = 65_536;

  /** The last action on the call; {@code isUrgent} if what waits need not be sent before. */
  private record Ending<Q>(boolean isUrgent, Consumer<ClientCallStreamObserver<Q>> action) {}

  private final Supplier<B> newMessage;
  private final Function<B, Q> build;
  private final ConcurrentLinkedQueue<Consumer<B>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();

  /**
   * Above 0 while somebody writes; counts who came by meanwhile, for whom the writer looks again.
   */
  private final AtomicInteger writers = new AtomicInteger();

  private volatile @Nullable ClientCallStreamObserver<Q> call;
  private final AtomicReference<@Nullable Ending<Q>> ending = new AtomicReference<>();
  private volatile boolean isClosed;

  /** Confined to whoever writes. */
  private boolean isHalfClosed;

  Outbox(Supplier<B> newMessage, Function<B, Q> build) {
    this.newMessage = newMessage;
    this.build = build;
  }

  /** The call is there, though perhaps not ready. */
  void attach(ClientCallStreamObserver<Q> stream) {
    call = stream;
    write();
  }

  /**
   * Adds a part of a message. False if the stream is over: it will never be sent. Beside a
   * concurrent {@link #halfClose} it may be taken and not sent.
   */
  boolean send(Consumer<B> part) {
    if (isClosed) {
      return false;
    }
    if (waitingCount.incrementAndGet() > WAITING_MAX) {
      cancel("more than " + WAITING_MAX + " parts wait to be sent");
      return false;
    }
    waiting.add(part);
    write();
    return true;
  }

  /** Gives the call up at once. */
  void cancel(String why) {
    end(new Ending<>(true, stream -> stream.cancel(why, null)));
  }

  /** Sends what waits, then half-closes. */
  void halfClose() {
    end(new Ending<>(false, ClientCallStreamObserver::onCompleted));
  }

  /** The writer does it, like everything on the call. Only an urgent one replaces another. */
  private void end(Ending<Q> last) {
    isClosed = true;
    ending.accumulateAndGet(last, (old, now) -> old == null || now.isUrgent() ? now : old);
    write();
  }

  /** Nothing more will be sent; the call is over. */
  void closed() {
    isClosed = true;
  }

  /** Writes what waits, as long as the transport takes it. */
  void write() {
    ClientCallStreamObserver<Q> stream = call;
    if (stream == null || writers.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      // A part that was added beside the half-close comes too late: gRPC would throw.
      while (!isHalfClosed && !waiting.isEmpty() && stream.isReady()) {
        stream.onNext(nextMessage());
      }
      Ending<Q> last = ending.get();
      if (last != null && (last.isUrgent() || waiting.isEmpty())) {
        isHalfClosed = true;
        last.action().accept(stream);
        if (last.isUrgent()) {
          // Stays above 0: nobody writes to a cancelled call.
          return;
        }
        ending.set(null);
      }
      seen = writers.addAndGet(-seen);
    } while (seen != 0);
  }

  private Q nextMessage() {
    B message = newMessage.get();
    for (int parts = 0; parts < PARTS_PER_MESSAGE_MAX; parts++) {
      Consumer<B> part = waiting.poll();
      if (part == null) {
        break;
      }
      waitingCount.decrementAndGet();
      part.accept(message);
    }
    return build.apply(message);
  }
}
