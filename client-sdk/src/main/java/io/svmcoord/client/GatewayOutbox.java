package io.svmcoord.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.MemberRequest.End;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a gateway have to send. Any thread adds, one at a time writes. Acks are
 * written by a task that comes after those that run already: what other members have to send by
 * then goes out with them, equal messages as one. Heartbeats wait for no task, and take along what
 * is there. Nothing waits for a timer.
 *
 * <p>Invariant: what one member sends is written in its order.
 *
 * <p>Thread-safe, never blocks.
 */
final class GatewayOutbox {
  /** Things that wait, before members are told to wait. */
  static final int WAITING_MAX = 4096;

  /** A message is full when it has so many bytes: within the least that a coordinator takes. */
  static final int MESSAGE_BYTES_MAX = 32 << 10;

  /** And when, written out for each member, it had so many; as the coordinator counts. */
  static final int WRITTEN_OUT_BYTES_MAX = 256 << 10;

  /** Entries that are looked through for one that says the same. */
  private static final int LOOK_BACK = 8;

  private record Item(
      MemberCall member, @Nullable DeviceSessionRequest request, int credit, End end) {}

  private final ClientCall<DeviceGatewayRequest, ?> call;
  private final Executor background;
  private final Runnable onRoom;
  private final ConcurrentLinkedQueue<Item> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicBoolean isArmed = new AtomicBoolean();

  /**
   * Above 0 while somebody writes; counts who came by meanwhile, so that the writer looks again.
   */
  private final AtomicInteger writers = new AtomicInteger();

  private final Map<Integer, MemberCall> byNumber = new ConcurrentHashMap<>();
  private volatile boolean isStarted;
  private volatile boolean isHalfClosing;
  private volatile boolean isClosed;

  // Confined to whoever writes.
  private int lastNumber;
  private long lastMessage;
  private boolean isHalfClosed;
  private boolean hadNoRoom;

  /**
   * An outbox.
   *
   * @param background runs the tasks that write
   * @param onRoom told when less waits again than members have to wait for
   */
  GatewayOutbox(ClientCall<DeviceGatewayRequest, ?> call, Executor background, Runnable onRoom) {
    this.call = call;
    this.background = background;
    this.onRoom = onRoom;
  }

  /** The call was started. */
  void start() {
    isStarted = true;
    write();
  }

  /** Whether more may be added. */
  boolean isReady() {
    return waitingCount.get() < WAITING_MAX && call.isReady();
  }

  /** The member of a number; null if it is over. */
  @Nullable MemberCall member(int number) {
    return byNumber.get(number);
  }

  /** The coordinator ended a member; null if it was over. */
  @Nullable MemberCall ended(int number) {
    return byNumber.remove(number);
  }

  /** Adds a member's message. */
  void send(MemberCall member, DeviceSessionRequest request) {
    add(new Item(member, request, 0, End.END_UNSPECIFIED), request.hasHeartbeat());
  }

  /** Lets a member be sent more. */
  void credit(MemberCall member, int credit) {
    add(new Item(member, null, credit, End.END_UNSPECIFIED), false);
  }

  /** Ends a member after what it has sent. */
  void end(MemberCall member, End how) {
    add(new Item(member, null, 0, how), false);
  }

  private void add(Item item, boolean isAtOnce) {
    if (isClosed) {
      return;
    }
    waitingCount.incrementAndGet();
    waiting.add(item);
    if (isAtOnce) {
      write();
    } else if (isArmed.compareAndSet(false, true)) {
      background.execute(this::writeArmed);
    }
  }

  private void writeArmed() {
    // Before it looks: what is added from now on arms the next one.
    isArmed.set(false);
    write();
  }

  /** Half-closes the call after what waits; no member is left. */
  void halfClose() {
    isHalfClosing = true;
    write();
  }

  /** The call is over: nothing is written any more. */
  void closed() {
    isClosed = true;
    waiting.clear();
    byNumber.clear();
  }

  /** Writes what waits, as long as the transport takes it. */
  void write() {
    if (!isStarted || writers.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      while (!isClosed && !isHalfClosed && !waiting.isEmpty() && call.isReady()) {
        DeviceGatewayRequest message = nextMessage();
        if (message.getRequestsCount() > 0) {
          call.sendMessage(message);
        }
      }
      if (isHalfClosing && !isClosed && !isHalfClosed && waiting.isEmpty()) {
        isHalfClosed = true;
        call.halfClose();
      }
      if (hadNoRoom && waitingCount.get() < WAITING_MAX) {
        // Whoever adds by this finds that somebody writes.
        hadNoRoom = false;
        onRoom.run();
      }
      seen = writers.addAndGet(-seen);
    } while (seen != 0);
  }

  private DeviceGatewayRequest nextMessage() {
    lastMessage++;
    GatewayEntries entries = new GatewayEntries(LOOK_BACK);
    long writtenOut = 0;
    while (entries.sizeBytes() < MESSAGE_BYTES_MAX && writtenOut < WRITTEN_OUT_BYTES_MAX) {
      Item item = waiting.poll();
      if (item == null) {
        break;
      }
      hadNoRoom |= waitingCount.getAndDecrement() >= WAITING_MAX;
      writtenOut += write(item, entries);
    }
    return entries.build();
  }

  /** Adds an item to a message; answers its bytes as the coordinator counts them. */
  private int write(Item item, GatewayEntries entries) {
    MemberState member = item.member.state;
    DeviceSessionRequest request = item.request;
    if (member.hasEnded) {
      return 0;
    }
    if (item.end == End.END_CANCELLED) {
      member.hasEnded = true;
      byNumber.remove(member.number);
    } else if (item.member.isOver()) {
      return 0;
    }
    int credit = item.credit;
    if (member.number == 0) {
      if (request == null) {
        // Nobody knows it yet. The credit goes with its first message.
        member.earlyCredit += credit;
        if (item.end == End.END_HALF_CLOSED) {
          member.hasEnded = true;
          item.member.closed(
              Status.CANCELLED.withDescription("ended before it began"), new Metadata());
        }
        return 0;
      }
      member.number = ++lastNumber;
      byNumber.put(member.number, item.member);
      credit = member.earlyCredit;
    }
    int after = member.message == lastMessage ? member.entry : -1;
    member.message = lastMessage;
    member.entry = entries.add(member.number, after, request, credit, item.end);
    return request == null ? 0 : request.getSerializedSize();
  }
}
