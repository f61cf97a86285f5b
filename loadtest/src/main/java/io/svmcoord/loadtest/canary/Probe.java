package io.svmcoord.loadtest.canary;

import io.svmcoord.client.Access;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.SvmException;
import io.svmcoord.client.TimedOutException;
import io.svmcoord.client.Token;
import io.svmcoord.loadtest.canary.ProbeOutcome.Violation;
import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One invalidation of one page, with a device and a mapper that look on.
 *
 * <p>A violation is only reported for what can't be explained by an outage. What a session or a
 * token says is certain: it was answered by a coordinator of this epoch, or it is no answer. What
 * took too long is only believed if the coordinator answers other calls, the sessions are the same
 * and alive, and a second try takes too long as well. All else is unavailable. Confined to the
 * canary's thread.
 */
final class Probe {
  private static final AddressRange WATCHED = CanaryPages.range(CanaryPages.WATCHED);
  private static final AddressRange STRANGER = CanaryPages.range(CanaryPages.STRANGER);

  private final CanaryRoles roles;
  private final CanaryOptions options;
  private final long hostSession;
  private final long deviceSession;
  private final List<Violation> violations = new ArrayList<>();
  private long beginNanos;

  private Probe(CanaryRoles roles, CanaryOptions options) {
    this.roles = roles;
    this.options = options;
    this.hostSession = roles.host.sessionId();
    this.deviceSession = roles.device.sessionId();
  }

  /** Nothing can be said of the coordinator. */
  private static final class InconclusiveException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InconclusiveException(String why, @Nullable Throwable cause) {
      super(why, cause);
    }
  }

  /** Probes; blocks for some round trips, at most for a few times the bound of a begin. */
  static ProbeOutcome run(CanaryRoles roles, CanaryOptions options) {
    Probe probe = new Probe(roles, options);
    String why = "";
    try {
      probe.invalidateOnce();
    } catch (SvmException | InconclusiveException e) {
      why = String.valueOf(e.getMessage());
    }
    if (!probe.violations.isEmpty()) {
      return new ProbeOutcome.Violated(probe.violations);
    }
    return why.isEmpty()
        ? new ProbeOutcome.Passed(probe.beginNanos)
        : new ProbeOutcome.Unavailable(why);
  }

  private void invalidateOnce() {
    serve(WATCHED);
    serve(STRANGER);
    requireContent(CanaryPages.WATCHED);
    requireContent(CanaryPages.STRANGER);
    Token token = readBegin(WATCHED);
    Token strangers = readBegin(STRANGER);
    Invalidation invalidation = begin();
    CompletableFuture<List<MirroredPage>> fault;
    CompletableFuture<Token> reader;
    try (invalidation) {
      requireUnused(invalidation);
      fault = roles.mirror.faultAsync(WATCHED, Access.READ, options.beginBound());
      reader = roles.mapper.readBeginAsync(List.of(WATCHED), options.beginBound());
      requireRetry(token, "during the invalidation");
      requireValid(strangers, STRANGER, "an invalidation of other pages");
      requireNoWait("a mapper's read_begin of other pages waited", () -> readBegin(STRANGER));
      requireNoWait("a device's fault of other pages waited", () -> serve(STRANGER));
      requireWaiting(fault, "a device mapped the page while it was being invalidated");
      requireWaiting(reader, "a mapper got a token of a page that was being invalidated");
      if (invalidation.isHeld()) {
        roles.pages.change(CanaryPages.WATCHED);
      }
      if (invalidation.end().forceEnded()) {
        throw new InconclusiveException("the host's lease was over before its end", null);
      }
    }
    var _ = await(fault, "a device still waited after the end");
    Token after = await(reader, "a mapper still waited after the end");
    requireContent(CanaryPages.WATCHED);
    requireRetry(token, "after the invalidation");
    requireValid(after, WATCHED, "nothing");
  }

  // What is done.

  private void serve(AddressRange page) {
    var _ = roles.mirror.fault(page, Access.READ, options.waitBound());
  }

  private Token readBegin(AddressRange page) {
    return roles.mapper.readBegin(List.of(page), options.waitBound());
  }

  private Invalidation begin() {
    BeginOptions how =
        BeginOptions.DEFAULT
            .withAckDeadline(CanaryOptions.ACK_DEADLINE)
            .withTimeout(options.beginBound());
    long startNanos = System.nanoTime();
    try {
      Invalidation invalidation =
          roles.host.begin(roles.spaceId, List.of(WATCHED), Event.CLEAR, how);
      beginNanos = System.nanoTime() - startNanos;
      return invalidation;
    } catch (TimedOutException e) {
      requireAnswering(e);
      violated(
          CheckedPromise.G2,
          "a begin was not answered within %d ms, though the coordinator answers"
              .formatted(options.beginBound().toMillis()));
      throw e;
    }
  }

  // What has to be so.

  /** No device uses the page, though its device's lease runs. */
  private void requireUnused(Invalidation invalidation) {
    OptionalLong used = roles.table.frame(CanaryPages.WATCHED);
    if (used.isPresent() && roles.device.leaseLeft().isPositive()) {
      violated(CheckedPromise.G1, "begin returned while the device used the page");
    }
    if (!invalidation.fanOut().notAcked().isEmpty()) {
      throw new InconclusiveException(
          "the canary's device did not ack: " + invalidation.fanOut().notAcked(), null);
    }
  }

  /** The device has the page that the host has; it throws if its lease is over. */
  private void requireContent(int page) {
    OptionalLong[] seen = {OptionalLong.empty()};
    roles.mirror.access(() -> seen[0] = roles.table.frame(page));
    OptionalLong used = seen[0];
    if (used.isPresent() && used.getAsLong() != roles.pages.frame(page)) {
      violated(
          CheckedPromise.G1,
          "a device serves frame %#x of a page that lies at %#x"
              .formatted(used.getAsLong(), roles.pages.frame(page)));
    }
  }

  private void requireRetry(Token token, String when) {
    if (readRetry(token, WATCHED) == RetryResult.VALID) {
      violated(CheckedPromise.G1, "a mapper's token from before the begin was valid " + when);
    }
  }

  private void requireValid(Token token, AddressRange page, String since) {
    if (readRetry(token, page) != RetryResult.VALID) {
      violated(CheckedPromise.G3, "a mapper had to retry, though %s began since".formatted(since));
    }
  }

  /** Valid or invalidated; all else means that the coordinator is another one. */
  private RetryResult readRetry(Token token, AddressRange page) {
    RetryResult result = roles.mapper.readRetry(token, List.of(page));
    if (result != RetryResult.VALID && result != RetryResult.INVALIDATED) {
      throw new InconclusiveException("the coordinator was restarted: " + result, null);
    }
    return result;
  }

  /** Two tries, since one may have met a pause of either side. */
  private void requireNoWait(String what, Runnable read) {
    for (int tries = 1; ; tries++) {
      try {
        read.run();
        return;
      } catch (TimedOutException e) {
        requireAnswering(e);
        if (tries == 2) {
          violated(CheckedPromise.G3, what + late());
          return;
        }
      }
    }
  }

  private void requireWaiting(CompletableFuture<?> reader, String what) {
    if (reader.isDone() && !reader.isCompletedExceptionally()) {
      violated(CheckedPromise.G1, what);
    }
  }

  private <T> T await(CompletableFuture<T> reader, String what) {
    try {
      return waitTwice(reader, what);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SvmException refused) {
        throw refused;
      }
      throw new IllegalStateException("a reader failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InconclusiveException("interrupted", e);
    } finally {
      reader.cancel(true);
    }
  }

  private <T> T waitTwice(CompletableFuture<T> reader, String what)
      throws ExecutionException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return reader.get(options.waitBound().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        requireAnswering(e);
        if (tries == 2) {
          violated(CheckedPromise.G3, what + late());
          throw new InconclusiveException(what, e);
        }
      } catch (CancellationException e) {
        throw new InconclusiveException("a reader was cancelled", e);
      }
    }
  }

  private String late() {
    return ", for %d ms and again".formatted(options.waitBound().toMillis());
  }

  /** The coordinator is in reach and knows our sessions: what took too long took too long there. */
  private void requireAnswering(Exception late) {
    var _ = roles.client.addressSpaces().get(roles.spaceId);
    boolean isSame =
        roles.host.sessionId() == hostSession && roles.device.sessionId() == deviceSession;
    if (!isSame || !roles.areLive()) {
      throw new InconclusiveException("a session was lost meanwhile", late);
    }
  }

  private void violated(CheckedPromise promise, String what) {
    violations.add(new Violation(promise, what));
  }
}
