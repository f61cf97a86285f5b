package io.svmcoord.server.service;

import com.google.protobuf.ByteString;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.Listing;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Peer;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.RequestedRanges;
import io.svmcoord.server.kernel.ResumeRequest;
import io.svmcoord.server.kernel.SessionGrant;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.kernel.SessionOutcome;
import io.svmcoord.server.kernel.SpaceInfo;
import io.svmcoord.server.kernel.SpacePosition;
import io.svmcoord.server.kernel.Token;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.AddressSpace;
import io.svmcoord.v1.FanOut;
import io.svmcoord.v1.ResumeDevice;
import io.svmcoord.v1.SessionOpened;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Translates between the contract's messages and the kernel's values, both ways. */
final class Wire {
  /** Rows of a listing when the caller asks for no number. */
  private static final int ROWS_DEFAULT = 100;

  /** Most rows of a listing. */
  private static final int ROWS_MAX = 1000;

  private static final int UUID_BYTES = 16;
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private Wire() {}

  // To the kernel.

  /** Nanoseconds of an unsigned 32-bit number of milliseconds. */
  static long nanos(int unsignedMillis) {
    return Integer.toUnsignedLong(unsignedMillis) * NANOS_PER_MILLI;
  }

  static RequestedRanges ranges(List<AddressRange> ranges) {
    int size = ranges.size();
    long[] firsts = new long[size];
    long[] lasts = new long[size];
    for (int i = 0; i < size; i++) {
      AddressRange range = ranges.get(i);
      firsts[i] = range.getFirst();
      lasts[i] = range.getLast();
    }
    return RequestedRanges.ofBounds(firsts, lasts);
  }

  static InvalidationId id(io.svmcoord.v1.InvalidationId id) {
    return new InvalidationId(id.getSpaceId(), id.getEpoch(), id.getSequence());
  }

  /** A session key; the value is not shown when it is refused. */
  static Outcome<SessionKey> key(ByteString bytes, String field) {
    if (bytes.size() != UUID_BYTES) {
      return Outcome.refused(
          new Refusal.InvalidArgument(field, bytes.size() + " bytes", UUID_BYTES + " bytes"));
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return Outcome.ok(new SessionKey(buffer.getLong(), buffer.getLong()));
  }

  static Outcome<Token> token(io.svmcoord.v1.Token token) {
    return incarnation(token.getIncarnation(), "token.incarnation")
        .then(
            incarnation ->
                Outcome.ok(
                    new Token(
                        token.getSpaceId(),
                        incarnation,
                        token.getEpoch(),
                        token.getSequence(),
                        token.getReservation())));
  }

  private static Outcome<Incarnation> incarnation(ByteString bytes, String field) {
    if (bytes.size() != UUID_BYTES) {
      return Outcome.refused(
          new Refusal.InvalidArgument(field, bytes.size() + " bytes", UUID_BYTES + " bytes"));
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return Outcome.ok(new Incarnation(buffer.getLong(), buffer.getLong()));
  }

  static Outcome<ResumeRequest> resume(ResumeDevice resume, Peer peer) {
    List<SpacePosition> positions =
        resume.getPositionsList().stream()
            .map(
                each ->
                    new SpacePosition(
                        each.getSpaceId(), each.getEpoch(), each.getSequence(), each.getVersion()))
            .toList();
    return key(resume.getSessionKey(), "session_key")
        .then(
            key ->
                incarnation(resume.getIncarnation(), "incarnation")
                    .then(
                        incarnation ->
                            Outcome.ok(new ResumeRequest(key, incarnation, positions, peer))));
  }

  /** The number of rows to list, for the number asked for. */
  static Outcome<Integer> rows(int asked, String field) {
    if (asked < 0 || asked > ROWS_MAX) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              field, Integer.toUnsignedString(asked), "1 to " + ROWS_MAX + ", 0 for the default"));
    }
    return Outcome.ok(asked == 0 ? ROWS_DEFAULT : asked);
  }

  // From the kernel.

  /** Whole milliseconds, rounded down. */
  static long millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }

  /** Whole milliseconds, rounded up: for margins, which may be larger but not smaller. */
  static int millisUp(long nanos) {
    return Math.toIntExact(Math.ceilDiv(nanos, NANOS_PER_MILLI));
  }

  static AddressRange range(long first, long last) {
    return AddressRange.newBuilder().setFirst(first).setLast(last).build();
  }

  static io.svmcoord.v1.InvalidationId id(InvalidationId id) {
    return io.svmcoord.v1.InvalidationId.newBuilder()
        .setSpaceId(id.spaceId())
        .setEpoch(id.epoch())
        .setSequence(id.sequence())
        .build();
  }

  static ByteString bytes(SessionKey key) {
    return bytes(key.high(), key.low());
  }

  static ByteString bytes(Incarnation incarnation) {
    return bytes(incarnation.high(), incarnation.low());
  }

  private static ByteString bytes(long high, long low) {
    return ByteString.copyFrom(ByteBuffer.allocate(UUID_BYTES).putLong(high).putLong(low).flip());
  }

  static io.svmcoord.v1.Token token(Token token) {
    return io.svmcoord.v1.Token.newBuilder()
        .setSpaceId(token.spaceId())
        .setIncarnation(bytes(token.incarnation()))
        .setEpoch(token.epoch())
        .setSequence(token.sequence())
        .setReservation(token.reservation())
        .build();
  }

  static AddressSpace space(SpaceInfo space) {
    return AddressSpace.newBuilder()
        .setId(space.id())
        .setName(space.name())
        .setPageSize(space.pageSizeBytes())
        .setEpoch(space.epoch())
        .setSequence(space.sequence())
        .setSubscriptions(space.subscriptions())
        .setRunningInvalidations(space.runningInvalidations())
        .setWaitingReaders(space.waitingReaders())
        .build();
  }

  static FanOut fanOut(FanOutReport report) {
    FanOut.Builder fanOut =
        FanOut.newBuilder()
            .setSessionsNotified(report.sessionsNotified())
            .setSlowestSessionId(report.slowest().value())
            .setSlowestNanos(report.slowestNanos());
    for (SessionOutcome outcome : report.notAcked()) {
      fanOut.addNotAcked(
          io.svmcoord.v1.SessionOutcome.newBuilder()
              .setSessionId(outcome.session().value())
              .setOutcome(Enums.outcome(outcome.kind())));
    }
    return fanOut.build();
  }

  static SessionOpened opened(SessionGrant grant, Incarnation incarnation) {
    return SessionOpened.newBuilder()
        .setSessionId(grant.id().value())
        .setSessionKey(bytes(grant.key()))
        .setIncarnation(bytes(incarnation))
        .setTtlMillis((int) millis(grant.ttlNanos()))
        .setHeartbeatMillis((int) millis(grant.heartbeatNanos()))
        .setGuardMillis(millisUp(grant.guardNanos()))
        .build();
  }

  /** What to pass for the next page: the last row's id, 0 if there is no next page. */
  static <T> long nextAfterId(Listing<T> listing, ToLongFunction<T> id) {
    return listing.isTruncated() ? id.applyAsLong(listing.rows().getLast()) : 0;
  }
}
