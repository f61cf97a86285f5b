package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EndInvalidationResponse;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.ResumeDevice;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SessionResumed;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SubscriptionsUpdated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator that does what a test says: it opens sessions and answers heartbeats by itself, all
 * else is received and sent by the test. In-process gRPC.
 */
final class FakeCoordinator implements AutoCloseable {
  static final long SPACE = 42;
  static final long EPOCH = 1;
  static final long PAGE = 4096;

  /** Long enough for a busy machine; only a failing test waits for it. */
  static final long PATIENCE_SECONDS = 20;

  final BlockingQueue<DeviceStream> devices = new LinkedBlockingQueue<>();
  final BlockingQueue<HostStream> hosts = new LinkedBlockingQueue<>();
  final BlockingQueue<EndInvalidationRequest> unaryEnds = new LinkedBlockingQueue<>();

  volatile boolean isAnsweringHeartbeats = true;

  /** False: devices that detach or half-close their stream wait for the end of it. */
  volatile boolean isClosingAfterDevices = true;

  /** True: a stream that resumes a session waits for the test's answer; false: it is refused. */
  volatile boolean isResuming;

  volatile String incarnation = "incarnation-0001";
  volatile Duration ttl = Duration.ofSeconds(60);

  private final AtomicLong lastSession = new AtomicLong();
  private final String name = InProcessServerBuilder.generateName();
  private final Server server;

  FakeCoordinator() {
    try {
      server =
          InProcessServerBuilder.forName(name)
              .directExecutor()
              .addService(new Devices())
              .addService(new Hosts())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ManagedChannel channel() {
    return InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  SvmClient.Builder client() {
    return SvmClient.builder("fake").environment(new InProcessEnvironment(channel()));
  }

  DeviceStream nextDevice() {
    return next(devices, "device stream");
  }

  HostStream nextHost() {
    return next(hosts, "host stream");
  }

  static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T one = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(one).as(what).isNotNull();
      return one;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static AddressRange pages(long first, long count) {
    return AddressRange.ofLength(first * PAGE, count * PAGE);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private SessionOpened opened(long id) {
    return SessionOpened.newBuilder()
        .setSessionId(id)
        .setSessionKey(ByteString.copyFromUtf8("key-" + id))
        .setIncarnation(ByteString.copyFromUtf8(incarnation))
        .setTtlMillis((int) ttl.toMillis())
        .setHeartbeatMillis((int) Math.max(10, ttl.toMillis() / 5))
        .setGuardMillis((int) ttl.toMillis() / 10)
        .build();
  }

  /** One device's stream. */
  final class DeviceStream {
    final BlockingQueue<DeviceSessionRequest> received = new LinkedBlockingQueue<>();
    final BlockingQueue<DeviceCommand> commands = new LinkedBlockingQueue<>();
    final long sessionId = lastSession.incrementAndGet();
    private final StreamObserver<DeviceSessionResponse> out;
    volatile ByteString previousKey = ByteString.EMPTY;
    volatile ResumeDevice resume = ResumeDevice.getDefaultInstance();
    volatile @Nullable Throwable broken;
    volatile boolean isHalfClosed;

    DeviceStream(StreamObserver<DeviceSessionResponse> out) {
      this.out = out;
    }

    void send(DeviceNotice.Builder... notices) {
      DeviceSessionResponse.Builder message = DeviceSessionResponse.newBuilder();
      for (DeviceNotice.Builder notice : notices) {
        message.addNotices(notice);
      }
      synchronized (this) {
        out.onNext(message.build());
      }
    }

    void fail(RuntimeException error) {
      out.onError(error);
    }

    /** Answers the resume of a session that was opened as the stream {@code first}. */
    void resumed(DeviceStream first, SpaceBaseline... spaces) {
      send(
          DeviceNotice.newBuilder()
              .setResumed(
                  SessionResumed.newBuilder()
                      .setSession(opened(first.sessionId))
                      .addAllSpaces(List.of(spaces))));
    }

    DeviceCommand nextUpdate() {
      return next(commands, "command of session " + sessionId);
    }

    /** Answers an update; {@code running} has one page each. */
    void answer(DeviceCommand update, RunningInvalidation... running) {
      send(
          DeviceNotice.newBuilder()
              .setUpdated(
                  SubscriptionsUpdated.newBuilder()
                      .setCorrelationId(update.getCorrelationId())
                      .setSpaceId(update.getUpdate().getSpaceId())
                      .setEpoch(EPOCH)
                      .setPageSize(PAGE)
                      .addAllRunning(List.of(running))));
    }

    /** The next message with an ack or a refusal. */
    DeviceSessionRequest nextAnswer() {
      return next(received, "ack or refusal of session " + sessionId);
    }

    private void take(DeviceSessionRequest request) {
      if (request.hasHeartbeat() && isAnsweringHeartbeats) {
        send(
            DeviceNotice.newBuilder()
                .setHeartbeat(
                    HeartbeatAnswer.newBuilder()
                        .setNumber(request.getHeartbeat().getNumber())
                        .setTtlMillis((int) ttl.toMillis())));
      }
      if (request.getAcksCount() + request.getRefusalsCount() > 0) {
        received.add(request);
      }
      for (DeviceCommand command : request.getCommandsList()) {
        switch (command.getCommandCase()) {
          case OPEN -> {
            previousKey = command.getOpen().getPreviousSessionKey();
            send(DeviceNotice.newBuilder().setOpened(opened(sessionId)));
            devices.add(this);
          }
          case RESUME -> {
            resume = command.getResume();
            if (isResuming) {
              devices.add(this);
            } else {
              out.onError(sessionExpired());
            }
          }
          case UPDATE, DETACH -> commands.add(command);
          case COMMAND_NOT_SET -> throw new IllegalStateException("empty command");
        }
      }
    }
  }

  private static StatusRuntimeException sessionExpired() {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.FAILED_PRECONDITION.value())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(Errors.DOMAIN)
                        .setReason(Errors.SESSION_EXPIRED)
                        .build()))
            .build());
  }

  static DeviceNotice.Builder invalidate(long sequence, AddressRange range) {
    return invalidate(sequence, range, false);
  }

  static DeviceNotice.Builder invalidate(
      long sequence, AddressRange range, boolean isNonBlockable) {
    return DeviceNotice.newBuilder()
        .setInvalidate(
            Invalidate.newBuilder()
                .setSpaceId(SPACE)
                .setEpoch(EPOCH)
                .setSequence(sequence)
                .setEvent(InvalidationEvent.INVALIDATION_EVENT_UNMAP)
                .setNonBlockable(isNonBlockable)
                .addRanges(Wire.range(range)));
  }

  static DeviceNotice.Builder ended(long sequence, boolean isForced) {
    return DeviceNotice.newBuilder()
        .setEnded(
            InvalidationEnded.newBuilder()
                .setSpaceId(SPACE)
                .setEpoch(EPOCH)
                .setSequence(sequence)
                .setForced(isForced));
  }

  static RunningInvalidation running(long sequence, AddressRange range) {
    return RunningInvalidation.newBuilder()
        .setSequence(sequence)
        .addRanges(Wire.range(range))
        .build();
  }

  private final class Devices extends DeviceServiceGrpc.DeviceServiceImplBase {
    @Override
    public StreamObserver<DeviceSessionRequest> deviceSession(
        StreamObserver<DeviceSessionResponse> out) {
      DeviceStream stream = new DeviceStream(out);
      return new StreamObserver<>() {
        @Override
        public void onNext(DeviceSessionRequest request) {
          stream.take(request);
        }

        @Override
        public void onError(Throwable error) {
          stream.broken = error;
        }

        @Override
        public void onCompleted() {
          stream.isHalfClosed = true;
          if (isClosingAfterDevices) {
            out.onCompleted();
          }
        }
      };
    }
  }

  /** One host's stream. */
  final class HostStream {
    final BlockingQueue<HostCommand> commands = new LinkedBlockingQueue<>();
    final long sessionId = lastSession.incrementAndGet();
    volatile ByteString previousKey = ByteString.EMPTY;
    private final StreamObserver<HostSessionResponse> out;

    /** Runs when the host detaches. */
    volatile Runnable onDetach = () -> {};

    HostStream(StreamObserver<HostSessionResponse> out) {
      this.out = out;
    }

    void send(HostNotice.Builder notice) {
      synchronized (this) {
        out.onNext(HostSessionResponse.newBuilder().addNotices(notice).build());
      }
    }

    void fail(RuntimeException error) {
      out.onError(error);
    }

    HostCommand nextCommand() {
      return next(commands, "command of session " + sessionId);
    }

    private void take(HostSessionRequest request) {
      for (HostCommand command : request.getCommandsList()) {
        switch (command.getCommandCase()) {
          case OPEN -> {
            previousKey = command.getOpen().getPreviousSessionKey();
            send(
                HostNotice.newBuilder()
                    .setCorrelationId(command.getCorrelationId())
                    .setOpened(opened(sessionId)));
            hosts.add(this);
          }
          case HEARTBEAT -> {
            if (isAnsweringHeartbeats) {
              send(
                  HostNotice.newBuilder()
                      .setHeartbeat(
                          HeartbeatAnswer.newBuilder()
                              .setNumber(command.getHeartbeat().getNumber())
                              .setTtlMillis((int) ttl.toMillis())));
            }
          }
          case DETACH -> {
            onDetach.run();
            commands.add(command);
          }
          case BEGIN, END, CANCEL -> commands.add(command);
          case COMMAND_NOT_SET -> throw new IllegalStateException("empty command");
        }
      }
    }
  }

  private final class Hosts extends InvalidationServiceGrpc.InvalidationServiceImplBase {
    @Override
    public StreamObserver<HostSessionRequest> hostSession(StreamObserver<HostSessionResponse> out) {
      HostStream stream = new HostStream(out);
      return new StreamObserver<>() {
        @Override
        public void onNext(HostSessionRequest request) {
          stream.take(request);
        }

        @Override
        public void onError(Throwable error) {
          // The client gave the stream up; nothing to do for a fake.
        }

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }

    @Override
    public void endInvalidation(
        EndInvalidationRequest request, StreamObserver<EndInvalidationResponse> out) {
      unaryEnds.add(request);
      out.onNext(EndInvalidationResponse.newBuilder().setForceEnded(true).build());
      out.onCompleted();
    }
  }
}
