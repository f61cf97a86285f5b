package io.svmcoord.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatewayWireTest {
  private static final List<Integer> MANY = IntStream.rangeClosed(100, 300).boxed().toList();

  private static MemberResponse event(List<Integer> members, long sequence) {
    return MemberResponse.newBuilder()
        .addAllMembers(members)
        .setResponse(
            DeviceSessionResponse.newBuilder()
                .addNotices(
                    DeviceNotice.newBuilder()
                        .setInvalidate(
                            Invalidate.newBuilder()
                                .setSpaceId(7)
                                .setEpoch(2)
                                .setSequence(sequence))))
        .build();
  }

  @Test
  void message_ofEventsAnswersAndEnds_isReadAsTheGeneratedClassesWroteIt() throws IOException {
    DeviceNotice answer =
        DeviceNotice.newBuilder().setHeartbeat(HeartbeatAnswer.newBuilder().setNumber(3)).build();
    MemberClosed closed =
        MemberClosed.newBuilder().setFailure(Failure.newBuilder().setReason("R")).build();
    DeviceGatewayResponse message =
        DeviceGatewayResponse.newBuilder()
            .addResponses(event(MANY, 900))
            .addResponses(
                MemberResponse.newBuilder()
                    .addMembers(1)
                    .setResponse(DeviceSessionResponse.newBuilder().addNotices(answer)))
            .addResponses(MemberResponse.newBuilder().addMembers(2).setClosed(closed))
            .build();

    List<GatewayEvents.Entry> entries = GatewayWire.parse(message.toByteArray()).entries();

    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).events().sequence()).isEqualTo(900);
    assertThat(entries.get(0).events().invalidations()).isEqualTo(1);
    assertThat(entries.get(1).events().others()).containsExactly(answer);
    assertThat(entries.get(1).events().invalidations()).isZero();
    assertThat(entries.get(2).closed()).containsExactly(closed);
  }

  @Test
  void acks_ofTwoEntries_areOneMessageForTheMembersOfEach() throws IOException {
    DeviceGatewayResponse message =
        DeviceGatewayResponse.newBuilder()
            .addResponses(event(MANY, 900))
            .addResponses(event(List.of(5), 901))
            .build();
    ByteArrayOutputStream acks = new ByteArrayOutputStream();
    for (GatewayEvents.Entry entry : GatewayWire.parse(message.toByteArray()).entries()) {
      GatewayWire.addAck(acks, entry);
    }

    DeviceGatewayRequest request = DeviceGatewayRequest.parseFrom(acks.toByteArray());
    assertThat(request.getRequestsList())
        .extracting(MemberRequest::getMembersList)
        .containsExactly(MANY, List.of(5));
    assertThat(request.getRequests(0).getRequest().getAcksList())
        .containsExactly(Ack.newBuilder().setSpaceId(7).setEpoch(2).setSequence(900).build());
    assertThat(request.getRequests(1).getRequest().getAcks(0).getSequence()).isEqualTo(901);
  }
}
