package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ConnectivityState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SharedConnectionTest {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();

  private final RecordingGateway channel = new RecordingGateway();
  private final StepEnvironment environment = new StepEnvironment();
  private final SharedConnection connection = new SharedConnection(channel, environment);

  @Test
  void leave_nothingWasHeard_leavesOnce() {
    SharedConnection.Line first = connection.line();

    connection.leave(first, PATIENCE_NANOS);
    connection.leave(first, PATIENCE_NANOS);

    assertThat(channel.idles).as("another stream of the same connection is no reason").isEqualTo(1);
    assertThat(connection.line()).isNotSameAs(first);
  }

  @Test
  void leave_theNextOneLeadsNowhereToo_leavesAgain() {
    connection.leave(connection.line(), PATIENCE_NANOS);
    connection.leave(connection.line(), PATIENCE_NANOS);

    assertThat(channel.idles).isEqualTo(2);
  }

  @Test
  void leave_othersWereAnsweredMeanwhile_stays() {
    SharedConnection.Line line = connection.line();
    connection.heard(line);
    environment.pass(Duration.ofSeconds(2).toNanos());

    connection.leave(line, PATIENCE_NANOS);

    assertThat(channel.idles).isZero();
    assertThat(connection.line()).isSameAs(line);
  }

  @Test
  void leave_whatWasHeardIsOlderThanTheQuestion_leaves() {
    SharedConnection.Line line = connection.line();
    connection.heard(line);
    environment.pass(Duration.ofSeconds(4).toNanos());

    connection.leave(line, PATIENCE_NANOS);

    assertThat(channel.idles).isEqualTo(1);
  }

  @Test
  void leave_heardOnTheConnectionBefore_saysNothingOfTheOneAfter() {
    SharedConnection.Line first = connection.line();
    connection.leave(first, PATIENCE_NANOS);
    connection.heard(first);

    connection.leave(connection.line(), PATIENCE_NANOS);

    assertThat(channel.idles).isEqualTo(2);
  }

  @Test
  void connectAtOnce_onlyAfterAFailure() {
    connection.connectAtOnce();
    assertThat(channel.idles).isZero();

    channel.state = ConnectivityState.TRANSIENT_FAILURE;
    connection.connectAtOnce();
    assertThat(channel.idles).isEqualTo(1);
  }
}
