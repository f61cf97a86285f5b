package io.svmcoord.loadtest.canary;

import com.google.protobuf.InvalidProtocolBufferException;
import io.svmcoord.loadtest.canary.LyingCoordinator.Lie;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.ReadRetryResponse;
import java.util.Optional;
import java.util.function.Consumer;

/** Rules of a coordinator, each switched off. */
final class Lies {
  private Lies() {}

  /** Everything as it is. */
  static Lie none() {
    return (method, message, toCoordinator) -> Optional.of(message);
  }

  /** Devices are told of no begin, and begins are answered as if they had acked. */
  static Lie beginsWithoutAcks() {
    return (method, message, toCoordinator) -> {
      if (!method.endsWith("/DeviceSession")) {
        return Optional.of(message);
      }
      DeviceSessionResponse.Builder kept = DeviceSessionResponse.newBuilder();
      DeviceSessionRequest.Builder acks = DeviceSessionRequest.newBuilder();
      for (DeviceNotice notice : DeviceSessionResponse.parseFrom(message).getNoticesList()) {
        if (notice.hasInvalidate()) {
          acks.addAcks(ack(notice.getInvalidate()));
        } else {
          kept.addNotices(notice);
        }
      }
      if (acks.getAcksCount() > 0) {
        toCoordinator.accept(acks.build().toByteArray());
      }
      return Optional.of(kept.build().toByteArray());
    };
  }

  private static Ack ack(Invalidate event) {
    return Ack.newBuilder()
        .setSpaceId(event.getSpaceId())
        .setEpoch(event.getEpoch())
        .setSequence(event.getSequence())
        .build();
  }

  /** read_retry says one thing to all. */
  static Lie everyToken(ReadRetryResponse answer) {
    return (method, message, toCoordinator) ->
        Optional.of(method.endsWith("/ReadRetry") ? answer.toByteArray() : message);
  }

  /** The host is never told that its begin is through. */
  static Lie beginsWithoutAnswer() {
    return (method, message, toCoordinator) -> {
      if (!method.endsWith("/HostSession")) {
        return Optional.of(message);
      }
      HostSessionResponse.Builder kept = HostSessionResponse.newBuilder();
      for (HostNotice notice : HostSessionResponse.parseFrom(message).getNoticesList()) {
        if (!notice.hasBegun()) {
          kept.addNotices(notice);
        }
      }
      return Optional.of(kept.build().toByteArray());
    };
  }

  /** Mappers wait while anything runs, be it other pages than theirs. */
  static final class WaitForStrangers implements Lie {
    private boolean isRunning;

    @Override
    public synchronized Optional<byte[]> request(String method, byte[] message)
        throws InvalidProtocolBufferException {
      if (method.endsWith("/HostSession")
          && HostSessionRequest.parseFrom(message).getCommandsList().stream()
              .anyMatch(HostCommand::hasEnd)) {
        isRunning = false;
        notifyAll();
      }
      return Optional.of(message);
    }

    @Override
    public synchronized Optional<byte[]> response(
        String method, byte[] message, Consumer<byte[]> toCoordinator)
        throws InvalidProtocolBufferException {
      if (method.endsWith("/HostSession")
          && HostSessionResponse.parseFrom(message).getNoticesList().stream()
              .anyMatch(HostNotice::hasBegun)) {
        isRunning = true;
      }
      try {
        while (isRunning && method.endsWith("/ReadBegin")) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Optional.of(message);
    }
  }
}
