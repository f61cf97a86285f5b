package io.svmcoord.loadtest.conformance.device;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.conformance.v1.DoneRequest;
import io.svmcoord.conformance.v1.Mirror;
import io.svmcoord.conformance.v1.NextRequest;
import io.svmcoord.conformance.v1.NextResponse;
import io.svmcoord.conformance.v1.ObserverServiceGrpc;
import io.svmcoord.conformance.v1.ObserverServiceGrpc.ObserverServiceBlockingStub;
import io.svmcoord.conformance.v1.Outcome;
import io.svmcoord.conformance.v1.Use;
import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.conformance.v1.UsingRequest;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Carries out the instructions of a conformance run with a device: four workers, each of which asks
 * for an instruction, carries it out and says how it went. Stateless.
 */
public final class Workers {
  /** How many instructions are carried out at the same time. */
  private static final int WORKERS = 4;

  /** For how long the first call waits for the run to listen, and a later one for its answer. */
  private static final long ANSWER_SECONDS_MAX = 30;

  private static final int MESSAGE_CHARS_MAX = 256;

  private Workers() {}

  /**
   * Works until the run is over; blocks.
   *
   * @param target {@code host:port} of the run
   * @throws RunFailure if nobody listens there, or the run breaks off
   */
  public static void run(String target, DeviceUnderTest device) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> workers =
          IntStream.range(0, WORKERS)
              .mapToObj(number -> threads.submit(() -> work(channel, device)))
              .toList();
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw RunFailure.unreachable(
          "--target: %s (expected: a conformance run that listens)".formatted(target), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channel.shutdownNow();
    }
  }

  private static void work(Channel channel, DeviceUnderTest device) {
    ObserverServiceBlockingStub run = ObserverServiceGrpc.newBlockingStub(channel);
    while (true) {
      NextResponse next =
          run.withWaitForReady()
              .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
              .next(NextRequest.getDefaultInstance());
      switch (next.getInstructionCase()) {
        case STOP -> {
          return;
        }
        case IDLE, INSTRUCTION_NOT_SET -> {
          // Nothing to do, or nothing that this version knows.
        }
        case MIRROR, USE, LEAVE -> {
          DoneRequest done = carryOut(run, device, next);
          try {
            var _ = run.done(done);
          } catch (StatusRuntimeException e) {
            // The check was over before: nobody waits for this instruction any more.
            requireAnswered(e);
          }
        }
      }
    }
  }

  private static void requireAnswered(StatusRuntimeException e) {
    switch (e.getStatus().getCode()) {
      case NOT_FOUND, UNAVAILABLE -> {
        // If the run is gone the next call says so.
      }
      default -> throw e;
    }
  }

  private static DoneRequest carryOut(
      ObserverServiceBlockingStub run, DeviceUnderTest device, NextResponse instruction) {
    DoneRequest.Builder done =
        DoneRequest.newBuilder().setInstructionId(instruction.getInstructionId());
    try {
      switch (instruction.getInstructionCase()) {
        case MIRROR -> mirror(device, instruction.getMirror());
        case USE -> use(run, device, instruction);
        case LEAVE -> device.leave();
        case IDLE, STOP, INSTRUCTION_NOT_SET ->
            throw new IllegalArgumentException(
                "instruction: %s (expected: mirror, use or leave)".formatted(instruction));
      }
      return done.setOutcome(Outcome.OUTCOME_OK).build();
    } catch (UnsupportedOperationException e) {
      return done.setOutcome(Outcome.OUTCOME_UNSUPPORTED).setMessage(message(e)).build();
    } catch (RuntimeException e) {
      return done.setOutcome(Outcome.OUTCOME_FAILED).setMessage(message(e)).build();
    }
  }

  private static void mirror(DeviceUnderTest device, Mirror mirror) {
    device.mirror(mirror.getSpaceId(), ranges(mirror.getAddList()), ranges(mirror.getRemoveList()));
  }

  private static void use(
      ObserverServiceBlockingStub run, DeviceUnderTest device, NextResponse instruction) {
    Use use = instruction.getUse();
    Consumer<List<UsedPage>> using =
        pages -> {
          var _ =
              run.using(
                  UsingRequest.newBuilder()
                      .setInstructionId(instruction.getInstructionId())
                      .addAllPages(pages)
                      .build());
        };
    if (use.getFault()) {
      device.use(
          use.getSpaceId(),
          ranges(use.getRangesList()),
          Duration.ofMillis(use.getTimeoutMillis()),
          using);
    } else {
      device.useMapped(use.getSpaceId(), ranges(use.getRangesList()), using);
    }
  }

  private static List<AddressRange> ranges(List<io.svmcoord.v1.AddressRange> ranges) {
    return ranges.stream().map(each -> new AddressRange(each.getFirst(), each.getLast())).toList();
  }

  private static String message(RuntimeException e) {
    String text = String.valueOf(e.getMessage());
    return text.substring(0, Math.min(text.length(), MESSAGE_CHARS_MAX));
  }
}
