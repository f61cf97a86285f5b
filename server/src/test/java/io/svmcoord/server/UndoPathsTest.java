package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.CancelBegin;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.ListInvalidationsRequest;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadRetryRequest;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SessionOutcome;
import io.svmcoord.v1.Token;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A begin that comes to nothing, on every path, over the wire: whoever was told of it hears its
 * end, nothing runs, nobody owes anything, readers go on, and the next begin is like any other
 * (race R14). Two special ones beside it: whoever subscribes the whole space, and owners by
 * authenticated session (race R15).
 */
class UndoPathsTest {
  private static final AddressRange PAGE = pages(0, 1);

  /** No heartbeats here: long enough for a test on a busy machine. */
  private static final int TTL_MILLIS = 60_000;

  private static final AddressRange WHOLE =
      AddressRange.newBuilder().setFirst(0).setLast(-1L).build();

  /** Long: on a busy machine too, an answer that comes comes within it. */
  private final TestServer server =
      new TestServer(TestServer.config(2).with("invalidation.non-blockable-bound", "500ms"));

  private long space;
  private TestDevice willing;
  private TestDevice other;
  private TestHost host;

  /** How a begin comes to nothing, when one device has acked and the other has not answered. */
  enum Path {
    REFUSED(true, "WOULD_BLOCK") {
      @Override
      void take(UndoPathsTest test, long begin, Invalidate event) {
        test.other.refuse(event, Refusal.Cause.CAUSE_WOULD_BLOCK);
      }
    },
    HANDLER_FAILED(true, "WOULD_BLOCK") {
      @Override
      void take(UndoPathsTest test, long begin, Invalidate event) {
        test.other.refuse(event, Refusal.Cause.CAUSE_FAILED);
        test.other.notices().error();
      }

      @Override
      boolean isOtherLeft() {
        return false;
      }
    },
    NO_ANSWER(true, "WOULD_BLOCK"),
    CANCELLED(false, "CANCELLED") {
      @Override
      void take(UndoPathsTest test, long begin, Invalidate event) {
        test.host.command(
            HostCommand.newBuilder()
                .setCancel(CancelBegin.newBuilder().setBeginCorrelationId(begin)));
      }
    },
    CANCELLED_NON_BLOCKABLE(true, "CANCELLED") {
      @Override
      void take(UndoPathsTest test, long begin, Invalidate event) {
        CANCELLED.take(test, begin, event);
      }

      @Override
      List<String> reasons() {
        // Whichever comes first, the cancel or the bound.
        return List.of("CANCELLED", "WOULD_BLOCK");
      }
    },
    HOST_LEFT(false, "") {
      @Override
      void take(UndoPathsTest test, long begin, Invalidate event) {
        test.host.command(HostCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
        test.host.notices().closed();
      }
    };

    private final boolean isNonBlockable;
    private final String reason;

    Path(boolean isNonBlockable, String reason) {
      this.isNonBlockable = isNonBlockable;
      this.reason = reason;
    }

    void take(UndoPathsTest test, long begin, Invalidate event) {
      // Nothing: the bound does it.
    }

    /** Whether the device that has not answered is still there afterwards. */
    boolean isOtherLeft() {
      return true;
    }

    /** What the host may be told; empty where it is gone. */
    List<String> reasons() {
      return reason.isEmpty() ? List.of() : List.of(reason);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    space = server.space("space");
    willing = device("willing");
    other = device("other");
    host = host("host");
    willing.subscribe(space, 1, PAGE);
    other.subscribe(space, 1, PAGE);
  }

  private TestDevice device(String name) {
    return new TestDevice(server.channel(), name, TTL_MILLIS);
  }

  private TestHost host(String name) {
    return new TestHost(server.channel(), name, TTL_MILLIS);
  }

  private Token read() {
    return server
        .mirror()
        .readBegin(ReadBeginRequest.newBuilder().setSpaceId(space).addRanges(PAGE).build())
        .getToken();
  }

  private boolean isRetry(Token token) {
    return server
        .mirror()
        .readRetry(ReadRetryRequest.newBuilder().setToken(token).addRanges(PAGE).build())
        .getRetry();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void begin_comesToNothing_undoneAndWhoeverWasToldHearsTheEnd(Path path) {
    Token before = read();
    long begin =
        host.begin(
            unmap(space, PAGE)
                .setNonBlockable(path.isNonBlockable)
                .setAckDeadlineMillis(60_000)
                .build());
    Invalidate event = willing.nextInvalidate();
    assertThat(event.getNonBlockable()).isEqualTo(path.isNonBlockable);
    willing.ack(event);
    Invalidate others = other.nextInvalidate();
    CompletableFuture<Token> reader = CompletableFuture.supplyAsync(this::read);

    path.take(this, begin, others);

    if (!path.reasons().isEmpty()) {
      assertThat(host.notices().next().getFailed().getReason()).isIn(path.reasons());
    }
    assertThat(willing.nextEnded().getSequence()).isEqualTo(event.getSequence());
    if (path.isOtherLeft()) {
      assertThat(other.nextEnded().getSequence()).isEqualTo(event.getSequence());
    }
    Token after = reader.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(isRetry(before)).as("readers merely start over").isTrue();
    assertThat(isRetry(after)).isFalse();
    assertNothingIsLeft(path);
  }

  private void assertNothingIsLeft(Path path) {
    assertThat(
            server
                .introspection()
                .listInvalidations(ListInvalidationsRequest.newBuilder().setSpaceId(space).build())
                .getInvalidationsList())
        .isEmpty();
    assertThat(
            server
                .introspection()
                .listSessions(ListSessionsRequest.getDefaultInstance())
                .getSessionsList())
        .allSatisfy(session -> assertThat(session.getUnacked()).isZero())
        .allSatisfy(session -> assertThat(session.getRunningInvalidations()).isZero());
    if (path.isOtherLeft()) {
      other.unsubscribe(space, 1);
    }
    // The next one, of another host.
    TestHost next = host("next");
    next.begin(unmap(space, PAGE).setAckDeadlineMillis(60_000).build());
    willing.ack(willing.nextInvalidate());
    if (path.isOtherLeft()) {
      BeginInvalidationResponse begun = next.notices().next().getBegun();
      assertThat(begun.getFanOut().getSessionsNotified()).isEqualTo(1);
      assertThat(next.end(begun.getId()).getEnded().getForceEnded()).isFalse();
    }
  }

  /** A release is never undone: what waits for the same devices is through with it. */
  @Test
  void begin_spaceReleasedMeanwhile_isThroughWithTheRelease() {
    host.begin(unmap(space, PAGE).setAckDeadlineMillis(60_000).build());
    Invalidate event = willing.nextInvalidate();
    other.ack(other.nextInvalidate());
    CompletableFuture<Integer> released =
        CompletableFuture.supplyAsync(
            () ->
                server
                    .spaces()
                    .deleteAddressSpace(
                        DeleteAddressSpaceRequest.newBuilder()
                            .setId(space)
                            .setAckDeadlineMillis(60_000)
                            .build())
                    .getFanOut()
                    .getSessionsNotified());
    Invalidate release = willing.nextInvalidate();
    assertThat(release.getEvent()).isEqualTo(InvalidationEvent.INVALIDATION_EVENT_RELEASE);
    other.ack(other.nextInvalidate());

    // The earlier event stays unanswered: the release covers it.
    willing.ack(release);

    assertThat(released.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(2);
    assertThat(host.notices().next().getBegun().getFanOut().getNotAckedList())
        .containsExactly(
            SessionOutcome.newBuilder()
                .setSessionId(willing.id())
                .setOutcome(SessionOutcome.Outcome.OUTCOME_LEFT)
                .build());
    assertThat(willing.notices().next().getReleased().getSpaceId()).isEqualTo(space);
    assertThat(event.getSequence()).isLessThan(release.getSequence());
  }

  /** What the kernel calls a classic notifier: no range of its own, both the begin and the end. */
  @Test
  void wholeSpace_subscribed_toldEveryBeginAndEveryEnd() {
    TestDevice everything = device("everything");
    everything.subscribe(space, 1, WHOLE);
    for (AddressRange range : List.of(pages(5, 1), pages(9, 3))) {
      host.begin(unmap(space, range).build());
      Invalidate event = everything.nextInvalidate();
      assertThat(event.getRangesList()).containsExactly(range);
      everything.ack(event);
      host.end(host.notices().next().getBegun().getId());
      assertThat(everything.nextEnded().getSequence()).isEqualTo(event.getSequence());
    }
    willing.heartbeat(1);
    assertThat(willing.notices().isEmpty()).as("strangers' events").isTrue();
  }

  /** Ids are for people and anybody may know them; only the key makes an owner. */
  @Test
  void owner_namedByAnythingButItsKey_isRefusedAndEverybodyIsTold() {
    List<ByteString> forged =
        List.of(
            ByteString.copyFromUtf8(Long.toString(other.id())),
            host.key(),
            ByteString.copyFrom(new byte[other.key().size()]));
    for (ByteString key : forged) {
      host.begin(migrate().setOwnerKey(key).build());
      assertThat(host.notices().next().getFailed().getMetadataMap()).isNotEmpty();
    }
    host.begin(migrate().setOwnerKey(other.key()).build());
    Invalidate event = willing.nextInvalidate();
    willing.ack(event);

    BeginInvalidationResponse begun = host.notices().next().getBegun();
    assertThat(begun.getFanOut().getSessionsNotified()).isEqualTo(1);
    assertThat(event.getSequence()).as("the refused ones took no sequence").isEqualTo(1);
    host.end(begun.getId());
    assertThat(willing.nextEnded().getSequence()).isEqualTo(1);
    other.heartbeat(1);
    assertThat(other.notices().isEmpty()).as("its own event").isTrue();
    assertThat(
            server
                .spaces()
                .getAddressSpace(GetAddressSpaceRequest.newBuilder().setId(space).build())
                .getAddressSpace()
                .getSequence())
        .isEqualTo(1);
  }

  private BeginInvalidationRequest.Builder migrate() {
    return unmap(space, PAGE).setEvent(InvalidationEvent.INVALIDATION_EVENT_MIGRATE);
  }
}
