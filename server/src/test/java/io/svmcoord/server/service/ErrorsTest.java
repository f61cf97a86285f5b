package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.protobuf.StatusProto;
import io.svmcoord.server.kernel.EndCause;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The refusals, their form on the wire, and the table that documents them. */
class ErrorsTest {
  private static final Path ERRORS_PAGE = Path.of("../docs/errors.md");

  /** One of each. */
  static List<Refusal> refusals() {
    SessionId session = new SessionId(7);
    return List.of(
        new Refusal.NotFound("space_id", "7"),
        new Refusal.AlreadyExists("name", "a", 7),
        new Refusal.InvalidArgument("ranges[3].first", "0x1001", "a multiple of 4096"),
        new Refusal.PermissionDenied("id.sequence", "7"),
        new Refusal.LimitReached("spacesMax", 8, 100_000_000),
        new Refusal.WouldBlock(FanOutReport.NOBODY),
        new Refusal.BeginCancelled(new InvalidationId(1, 1, 7)),
        new Refusal.InvalidationEnded("x"),
        new Refusal.SessionExpired(session, EndCause.LEASE_EXPIRED),
        new Refusal.SessionEvicted(session, EndCause.OPERATOR, "maintenance"),
        new Refusal.SessionResumed(session),
        new Refusal.NewIncarnation(),
        new Refusal.ResyncRequired("running ranges", "32769", "at most 32768"),
        new Refusal.InGrace(2_000_000_000, 200_000_000),
        new Refusal.NotReady("No space left on device", 100_000_000),
        new Refusal.ReadmissionDelayed(3, 200_000_000),
        new Refusal.Draining());
  }

  @Test
  void refusals_inThisTest_areAllThereAre() {
    Set<Class<?>> tested = refusals().stream().map(Object::getClass).collect(Collectors.toSet());

    assertThat(tested).containsExactlyInAnyOrder(Refusal.class.getPermittedSubclasses());
  }

  @Test
  void table_ofTheDocumentation_agreesWithTheRefusals() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([A-Z_]+) \\| ([^|]*) \\|")
            .matcher(Files.readString(ERRORS_PAGE));
    while (row.find()) {
      Set<String> keys =
          Arrays.stream(row.group(3).split(","))
              .map(key -> key.replace("`", "").strip())
              .filter(key -> !key.isEmpty())
              .collect(Collectors.toCollection(TreeSet::new));
      documented.put(row.group(1), row.group(2) + " " + keys);
    }

    Map<String, String> actual = new TreeMap<>();
    for (Refusal refusal : refusals()) {
      actual.put(
          refusal.reason(),
          Errors.code(refusal)
              + " "
              + new TreeSet<>(Errors.failure(refusal).getMetadataMap().keySet()));
    }
    assertThat(documented).isEqualTo(actual);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void exception_ofARefusal_carriesItsDetails(Refusal refusal)
      throws InvalidProtocolBufferException {
    com.google.rpc.Status status = status(refusal);

    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(status.getCode()).isEqualTo(Errors.code(refusal).value());
    assertThat(status.getMessage()).isEqualTo(refusal.message());
    assertThat(info.getDomain()).isEqualTo("svm-coordinator");
    assertThat(info.getReason()).isEqualTo(refusal.reason()).matches("[A-Z][A-Z0-9_]+[A-Z0-9]");
    assertThat(info.getMetadataMap()).containsAllEntriesOf(refusal.metadata());
    assertThat(Errors.failure(refusal).getReason()).isEqualTo(info.getReason());
    assertThat(Errors.failure(refusal).getMetadataMap()).isEqualTo(info.getMetadataMap());
  }

  @Test
  void exception_ofALimit_saysWhenToRetry() throws InvalidProtocolBufferException {
    com.google.rpc.Status status = status(new Refusal.LimitReached("spacesMax", 8, 1_500_000_000));

    RetryInfo retry = status.getDetails(1).unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
    assertThat(retry.getRetryDelay().getNanos()).isEqualTo(500_000_000);
  }

  private static com.google.rpc.Status status(Refusal refusal) {
    return Objects.requireNonNull(StatusProto.fromThrowable(Errors.exception(refusal)));
  }
}
