package io.svmcoord.loadtest.sim.net;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/** A client's call that notes what it is told. */
final class EchoCall extends ClientCall.Listener<String> {
  private final ClientCall<String, String> call;
  private final List<String> told = new ArrayList<>();
  private Status status = Status.UNKNOWN.withDescription("not over");

  private EchoCall(ClientCall<String, String> call) {
    this.call = call;
  }

  /** Starts a call that asks for so many answers. */
  static EchoCall start(
      SimChannel channel, MethodDescriptor<String, String> method, CallOptions options, int count) {
    EchoCall echo = new EchoCall(channel.newCall(method, options));
    echo.call.start(echo, new Metadata());
    echo.call.request(count);
    return echo;
  }

  static EchoCall start(SimChannel channel) {
    return start(channel, EchoService.ECHO, CallOptions.DEFAULT, Integer.MAX_VALUE);
  }

  ClientCall<String, String> call() {
    return call;
  }

  EchoCall send(String... messages) {
    for (String message : messages) {
      call.sendMessage(message);
    }
    return this;
  }

  List<String> told() {
    return told;
  }

  Status.Code code() {
    return status.getCode();
  }

  boolean isOver() {
    return told.contains("closed");
  }

  @Override
  public void onReady() {
    told.add("ready");
  }

  @Override
  public void onHeaders(Metadata headers) {
    told.add("headers");
  }

  @Override
  public void onMessage(String message) {
    told.add(message);
  }

  @Override
  public void onClose(Status how, Metadata trailers) {
    status = how;
    told.add("closed");
  }
}
