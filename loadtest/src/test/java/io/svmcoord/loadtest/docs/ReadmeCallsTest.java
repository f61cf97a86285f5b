package io.svmcoord.loadtest.docs;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.svmcoord.server.SvmServer;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.MemberResponse;
import io.svmcoord.v1.MirrorServiceGrpc;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Makes the calls of README's section for any language, in their order, to a real server. */
final class ReadmeCallsTest {
  private static final Pattern CALL =
      Pattern.compile("call -d '(\\{.*})'\\s+127\\.0\\.0\\.1:7070 (svm\\.v1\\.\\w+)/(\\w+)");
  private static final String KEY_PLACE = "<from the answer>";
  private static final long ANSWER_SECONDS_MAX = 30;

  private static final Map<String, ServiceDescriptor> SERVICES =
      Stream.of(
              AddressSpaceServiceGrpc.getServiceDescriptor(),
              InvalidationServiceGrpc.getServiceDescriptor(),
              MirrorServiceGrpc.getServiceDescriptor())
          .map(ReadmeCallsTest::schema)
          .collect(toMap(ServiceDescriptor::getFullName, service -> service));

  private SvmServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    server = SvmServer.start(Servers.onFreePorts());
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void calls_inTheirOrder_succeed() throws Exception {
    String sessionKey = "";
    int calls = 0;
    Matcher call = CALL.matcher(console("Service/Create").replace("\\\n", ""));
    while (call.find()) {
      MethodDescriptor method = method(call.group(2), call.group(3));
      DynamicMessage answer = make(method, call.group(1).replace(KEY_PLACE, sessionKey));
      sessionKey = sessionKey.isEmpty() ? keyOf(answer) : sessionKey;
      calls++;
    }
    assertThat(calls).isEqualTo(4);
    assertThat(sessionKey).isNotEmpty();
  }

  @Test
  void deviceStream_inItsOrder_isAnswered() throws Exception {
    make(method("svm.v1.AddressSpaceService", "CreateAddressSpace"), "{\"name\": \"space-1\"}");
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    StreamObserver<DeviceSessionRequest> stream =
        DeviceServiceGrpc.newStub(channel).deviceSession(new Notices(answers));
    List<String> lines =
        console("DeviceService/").lines().filter(line -> line.startsWith("{")).toList();
    for (String line : lines) {
      DeviceSessionRequest.Builder request = DeviceSessionRequest.newBuilder();
      JsonFormat.parser().merge(line, request);
      stream.onNext(request.build());
    }
    assertThat(lines).hasSize(4);
    for (String expected : List.of("OPENED", "UPDATED", "HEARTBEAT")) {
      assertThat(answers.poll(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(expected);
    }
    stream.onCompleted();
  }

  @Test
  void gateway_inItsOrder_isAnswered() throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    StreamObserver<DeviceGatewayRequest> gateway =
        DeviceGatewayServiceGrpc.newStub(channel).deviceGateway(new Members(answers));
    List<String> lines =
        console("DeviceGatewayService/").lines().filter(line -> line.startsWith("{")).toList();
    for (String line : lines) {
      DeviceGatewayRequest.Builder request = DeviceGatewayRequest.newBuilder();
      JsonFormat.parser().merge(line, request);
      gateway.onNext(request.build());
    }
    assertThat(lines).hasSize(3);
    List<String> kinds = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      kinds.add(requireNonNull(answers.poll(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)));
    }
    // The order is each member's.
    assertThat(kinds).containsSubsequence("1 OPENED", "1 HEARTBEAT");
    assertThat(kinds).containsSubsequence("2 OPENED", "2 HEARTBEAT");
    gateway.onCompleted();
  }

  private static ServiceDescriptor schema(io.grpc.ServiceDescriptor service) {
    Object supplier = requireNonNull(service.getSchemaDescriptor());
    return ((ProtoServiceDescriptorSupplier) supplier).getServiceDescriptor();
  }

  private static MethodDescriptor method(String service, String name) {
    return requireNonNull(SERVICES.get(service), service).findMethodByName(name);
  }

  private static String console(String containing) {
    return Documents.readmeCode("console").stream()
        .filter(code -> code.contains(containing))
        .findFirst()
        .orElseThrow();
  }

  private DynamicMessage make(MethodDescriptor method, String json)
      throws InvalidProtocolBufferException {
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    JsonFormat.parser().merge(json, request);
    return ClientCalls.blockingUnaryCall(
        channel,
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
            .setRequestMarshaller(marshaller(method.getInputType()))
            .setResponseMarshaller(marshaller(method.getOutputType()))
            .build(),
        CallOptions.DEFAULT.withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS),
        request.build());
  }

  private static io.grpc.MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }

  private static String keyOf(DynamicMessage answer) {
    var field = answer.getDescriptorForType().findFieldByName("session_key");
    return field == null
        ? ""
        : Base64.getEncoder().encodeToString(((ByteString) answer.getField(field)).toByteArray());
  }

  /** Collects the kinds of the notices of a gateway's members. */
  private record Members(BlockingQueue<String> kinds)
      implements StreamObserver<DeviceGatewayResponse> {
    @Override
    public void onNext(DeviceGatewayResponse message) {
      for (MemberResponse entry : message.getResponsesList()) {
        for (int member : entry.getMembersList()) {
          entry
              .getResponse()
              .getNoticesList()
              .forEach(notice -> kinds.add(member + " " + notice.getNoticeCase()));
        }
      }
    }

    @Override
    public void onError(Throwable error) {
      kinds.add(error.toString());
    }

    @Override
    public void onCompleted() {
      kinds.add("closed");
    }
  }

  /** Collects the kinds of the notices. */
  private record Notices(BlockingQueue<String> kinds)
      implements StreamObserver<DeviceSessionResponse> {
    @Override
    public void onNext(DeviceSessionResponse response) {
      response.getNoticesList().forEach(notice -> kinds.add(notice.getNoticeCase().name()));
    }

    @Override
    public void onError(Throwable cause) {
      kinds.add(cause.toString());
    }

    @Override
    public void onCompleted() {
      kinds.add("COMPLETED");
    }
  }
}
