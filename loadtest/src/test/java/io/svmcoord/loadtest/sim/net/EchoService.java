package io.svmcoord.loadtest.sim.net;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.core.Simulation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers each text with itself, and notes what it is told. */
final class EchoService {
  static final MethodDescriptor<String, String> ECHO = method("Echo");
  static final MethodDescriptor<String, String> UNKNOWN = method("Unknown");

  private final Simulation simulation;
  private final List<String> told = new ArrayList<>();
  private final List<ServerCall<String, String>> calls = new ArrayList<>();
  private int initialRequest = Integer.MAX_VALUE;

  EchoService(Simulation simulation) {
    this.simulation = simulation;
  }

  private static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName("test.EchoService/" + name)
        .setRequestMarshaller(new Texts())
        .setResponseMarshaller(new Texts())
        .build();
  }

  /** What it was told, in order. */
  List<String> told() {
    return told;
  }

  /** The calls it got. */
  List<ServerCall<String, String>> calls() {
    return calls;
  }

  /** How many messages it asks for at the beginning of later calls. */
  void requestFirst(int count) {
    initialRequest = count;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("test.EchoService")
        .addMethod(ECHO, this::startCall)
        .build();
  }

  private ServerCall.Listener<String> startCall(ServerCall<String, String> call, Metadata headers) {
    calls.add(call);
    call.sendHeaders(new Metadata());
    call.request(initialRequest);
    return new Echo(call);
  }

  private final class Echo extends ServerCall.Listener<String> {
    private final ServerCall<String, String> call;

    Echo(ServerCall<String, String> call) {
      this.call = call;
    }

    @Override
    public void onMessage(String message) {
      told.add(message);
      call.sendMessage(message);
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new Metadata());
    }

    @Override
    public void onCancel() {
      told.add("cancelled after %d ms".formatted(simulation.nowNanos() / 1_000_000));
    }

    @Override
    public void onComplete() {
      told.add("complete");
    }
  }

  /** Texts as UTF-8. */
  private static final class Texts implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
