package io.svmcoord.loadtest.peers.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AckCountsTest {
  private final AckCounts acks = new AckCounts();

  @Test
  void ack_last_saysSo() {
    long first = acks.nextId(5);
    long second = acks.nextId(6);
    acks.begin(first, 2);
    acks.begin(second, 1);

    assertThat(AckCounts.slot(first)).isEqualTo(5);
    assertThat(acks.ack(first)).isFalse();
    assertThat(acks.ack(second)).isTrue();
    assertThat(acks.ack(first)).isTrue();
    assertThat(acks.acks(first)).isEqualTo(2);
  }

  @Test
  void ack_twice_isRefused() {
    long id = acks.nextId(0);
    acks.begin(id, 1);
    acks.ack(id);

    assertThatThrownBy(() -> acks.ack(id)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ack_ofTheSlotsOperationBefore_isRefused() {
    long before = acks.nextId(0);
    acks.begin(before, 1);
    acks.begin(acks.nextId(0), 1);

    assertThatThrownBy(() -> acks.ack(before))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ack: of " + before);
  }
}
