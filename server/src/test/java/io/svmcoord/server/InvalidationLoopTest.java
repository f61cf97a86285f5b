package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.SubscriptionsUpdated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop of begin, event, ack and end over real sockets, on one and on two event loops. */
class InvalidationLoopTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_twoDevicesOverlap_answersWhenBothAcked(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice near = server.device("near");
      TestDevice far = server.device("far");
      near.subscribe(space, 1, pages(0, 4));
      SubscriptionsUpdated updated = far.subscribe(space, 1, pages(2, 4));
      TestHost host = server.host("host");

      long begin = host.begin(unmap(space, pages(2, 1)).build());
      Invalidate first = near.nextInvalidate();
      Invalidate second = far.nextInvalidate();

      assertThat(first).isEqualTo(second);
      assertThat(first.getSequence()).isGreaterThan(updated.getSequence());
      assertThat(first.getRangesList()).containsExactly(pages(2, 1));
      assertThat(host.notices().isEmpty()).isTrue();
      near.ack(first);
      far.ack(second);
      HostNotice begun = host.notices().next();
      assertThat(begun.getCorrelationId()).isEqualTo(begin);
      assertThat(begun.getBegun().getFanOut().getSessionsNotified()).isEqualTo(2);
      assertThat(begun.getBegun().getFanOut().getNotAckedList()).isEmpty();
      assertThat(host.end(begun.getBegun().getId()).getEnded().getForceEnded()).isFalse();
      InvalidationEnded ended = near.nextEnded();
      assertThat(ended.getSequence()).isEqualTo(first.getSequence());
      assertThat(ended.getForced()).isFalse();
      assertThat(far.nextEnded()).isEqualTo(ended);
    }
  }
}
