package io.svmcoord.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.GetNodeRequest;
import io.svmcoord.v1.GetNodeResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client without the contract at hand can find out. */
class ReflectionTest {
  @Test
  void reflection_listsTheServicesAndDescribesTheStreams() {
    try (TestServer server = TestServer.withLoops(1)) {
      Notices<ServerReflectionResponse, ServerReflectionResponse> answers = new Notices<>(List::of);
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(server.callsChannel()).serverReflectionInfo(answers);

      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
      assertThat(answers.next().getListServicesResponse().getServiceList())
          .extracting(ServiceResponse::getName)
          .contains(
              "svm.v1.AddressSpaceService",
              "svm.v1.InvalidationService",
              "svm.v1.DeviceService",
              "svm.v1.MirrorService",
              "svm.v1.IntrospectionService",
              "grpc.health.v1.Health");
      requests.onNext(
          ServerReflectionRequest.newBuilder()
              .setFileContainingSymbol("svm.v1.DeviceService.DeviceSession")
              .build());
      assertThat(answers.next().hasFileDescriptorResponse()).isTrue();
    }
  }

  @Test
  void getNode_tellsWhatRuns() {
    try (TestServer server = TestServer.withLoops(2)) {
      GetNodeResponse node = server.introspection().getNode(GetNodeRequest.getDefaultInstance());

      assertThat(node.getTransport()).isEqualTo("epoll");
      assertThat(node.getEventLoops()).isEqualTo(2);
      assertThat(node.getVersion()).startsWith("0.");
      assertThat(node.getIncarnation().size()).isEqualTo(16);
      assertThat(node.getDraining()).isFalse();
    }
  }
}
