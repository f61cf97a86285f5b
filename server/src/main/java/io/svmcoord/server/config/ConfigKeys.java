package io.svmcoord.server.config;

import io.svmcoord.server.kernel.KernelConfig;
import io.svmcoord.server.kernel.KernelLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every key of the configuration, in the order of its documentation. */
final class ConfigKeys {
  private static final int COUNT_MAX = 1_000_000_000;

  static final ConfigKey<Endpoint> LISTEN =
      new ConfigKey<>(
          "listen",
          ValueType.endpoint(),
          new Endpoint("127.0.0.1", 7070),
          "Address of the gRPC services; port 0 lets the system choose.");
  static final ConfigKey<Optional<Path>> LISTEN_UNIX =
      new ConfigKey<>(
          "listen-unix",
          ValueType.optionalPath(),
          Optional.empty(),
          "Unix domain socket on which the gRPC services are served too, for clients of the same"
              + " machine: their target is unix: and the absolute path. Who may write the file may"
              + " connect. Empty: none.");
  static final ConfigKey<Endpoint> ADMIN =
      new ConfigKey<>(
          "admin",
          ValueType.endpoint(),
          new Endpoint("127.0.0.1", 7071),
          "Address of metrics, health and status over HTTP, without authentication; port 0 lets the"
              + " system choose.");
  static final ConfigKey<TransportKind> TRANSPORT =
      new ConfigKey<>(
          "transport",
          ValueType.oneOf(TransportKind.class),
          TransportKind.EPOLL,
          "How sockets are served; epoll or io_uring that can't be loaded fails the start.");
  static final ConfigKey<Integer> EVENT_LOOPS =
      new ConfigKey<>(
          "event-loops",
          ValueType.integer(1, 64),
          1,
          "Threads that serve sockets; the first one also runs the coordinator's rules.");
  static final ConfigKey<Optional<Path>> CONTROL_DIRECTORY =
      new ConfigKey<>(
          "control.directory",
          ValueType.optionalPath(),
          Optional.empty(),
          "Where the coordinator keeps what a restart has to know; one process alone. Empty: a"
              + " restart knows nothing and waits for nobody.");
  static final ConfigKey<Duration> TTL_DEFAULT =
      new ConfigKey<>(
          "session.ttl-default",
          ValueType.duration(Duration.ofMillis(500), Duration.ofSeconds(60)),
          Duration.ofSeconds(3),
          "Time to live of the lease of a session that asks for none.");
  static final ConfigKey<Duration> TTL_MIN =
      new ConfigKey<>(
          "session.ttl-min",
          ValueType.duration(Duration.ofMillis(500), Duration.ofSeconds(60)),
          Duration.ofMillis(500),
          "Shortest time to live a session may ask for; less is refused.");
  static final ConfigKey<Duration> TTL_MAX =
      new ConfigKey<>(
          "session.ttl-max",
          ValueType.duration(Duration.ofMillis(500), Duration.ofSeconds(60)),
          Duration.ofSeconds(60),
          "Longest time to live a session may ask for; more is refused. A dead device holds a"
              + " begin up for so long.");
  static final ConfigKey<Integer> GUARD_DIVISOR =
      new ConfigKey<>(
          "session.guard-divisor",
          ValueType.integer(4, 100),
          10,
          "The guard is the time to live divided by this, and what the rate error adds: devices"
              + " stop so much earlier, the coordinator waits so much longer.");
  static final ConfigKey<Integer> RATE_ERROR_PPM =
      new ConfigKey<>(
          "session.rate-error-ppm",
          ValueType.integer(0, KernelConfig.RATE_ERROR_PPM_MAX),
          KernelConfig.DEFAULTS.rateErrorPpm(),
          "By how much any machine's clock may run fast or slow, in parts per million: the guard"
              + " grows by this part of the time to live.");
  static final ConfigKey<Duration> ACK_DEADLINE_DEFAULT =
      new ConfigKey<>(
          "invalidation.ack-deadline-default",
          ValueType.duration(Duration.ofMillis(1), Duration.ofSeconds(60)),
          Duration.ofSeconds(1),
          "Time that devices have for an ack, before they are evicted, when the begin says none.");
  static final ConfigKey<Duration> NON_BLOCKABLE_BOUND =
      new ConfigKey<>(
          "invalidation.non-blockable-bound",
          ValueType.duration(Duration.ofMillis(1), Duration.ofSeconds(1)),
          Duration.ofMillis(50),
          "Time in which every device has to answer a non-blockable begin.");
  static final ConfigKey<Duration> READMISSION_DELAY_FIRST =
      new ConfigKey<>(
          "readmission.delay-first",
          ValueType.duration(Duration.ZERO, Duration.ofSeconds(10)),
          Duration.ofMillis(100),
          "How long a client stays away after its second eviction in a row, doubled by each that"
              + " follows; 0 for never.");
  static final ConfigKey<Duration> READMISSION_DELAY_MAX =
      new ConfigKey<>(
          "readmission.delay-max",
          ValueType.duration(Duration.ZERO, Duration.ofMinutes(10)),
          Duration.ofSeconds(10),
          "Longest that an evicted client stays away.");
  static final ConfigKey<Duration> READMISSION_FORGET_AFTER =
      new ConfigKey<>(
          "readmission.forget-after",
          ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Duration.ofMinutes(1),
          "After so long without an eviction, a client's next one counts as its first.");
  static final ConfigKey<Duration> RESERVATION_MAX =
      new ConfigKey<>(
          "reservation.max",
          ValueType.duration(Duration.ZERO, Duration.ofSeconds(10)),
          Duration.ofMillis(100),
          "Longest that a mapper's reservation of pages lasts; 0 for no reservations.");
  static final ConfigKey<Duration> BEGIN_DELAY_MAX =
      new ConfigKey<>(
          "reservation.begin-delay-max",
          ValueType.duration(Duration.ZERO, Duration.ofSeconds(10)),
          Duration.ofMillis(100),
          "Longest that reservations postpone one begin, however many there are: what they may add"
              + " to the bound of a begin.");
  static final ConfigKey<Integer> SPACES =
      count("limits.spaces", KernelLimits.DEFAULTS.spacesMax(), "Address spaces.");
  static final ConfigKey<Integer> SESSIONS =
      count("limits.sessions", KernelLimits.DEFAULTS.sessionsMax(), "Sessions that are not over.");
  static final ConfigKey<Integer> SUBSCRIPTIONS_PER_SESSION =
      count(
          "limits.subscriptions-per-session",
          KernelLimits.DEFAULTS.subscriptionsPerSessionMax(),
          "Subscriptions of one session, over all spaces.");
  static final ConfigKey<Integer> SUBSCRIPTIONS_PER_SPACE =
      count(
          "limits.subscriptions-per-space",
          KernelLimits.DEFAULTS.subscriptionsPerSpaceMax(),
          "Subscriptions of one space.");
  static final ConfigKey<Integer> RUNNING_PER_SPACE =
      count(
          "limits.running-invalidations-per-space",
          KernelLimits.DEFAULTS.runningPerSpaceMax(),
          "Invalidations of one space between begin and end, and begins that are postponed.");
  static final ConfigKey<Integer> RUNNING_PER_SESSION =
      count(
          "limits.running-invalidations-per-session",
          KernelLimits.DEFAULTS.runningPerSessionMax(),
          "Invalidations of one host session between begin and end, over all spaces.");
  static final ConfigKey<Integer> WAITING_BEGINS_PER_SESSION =
      count(
          "limits.waiting-begins-per-session",
          4096,
          "Begins of one host stream that wait for their answer, repeated and postponed ones"
              + " included.");
  static final ConfigKey<Integer> WAITING_READERS_PER_SPACE =
      count(
          "limits.waiting-readers-per-space",
          KernelLimits.DEFAULTS.waitingReadersPerSpaceMax(),
          "Mappers that wait in read_begin in one space.");
  static final ConfigKey<Integer> RESERVATIONS_PER_SPACE =
      count(
          "limits.reservations-per-space",
          KernelLimits.DEFAULTS.reservationsPerSpaceMax(),
          "Reservations of one space; past it a mapper gets its token without one.");
  static final ConfigKey<Integer> UNACKED_PER_SESSION =
      count(
          "limits.unacked-per-session",
          KernelLimits.DEFAULTS.unackedPerSessionMax(),
          "Acks that one session may owe; past it the session is evicted.");
  static final ConfigKey<Integer> MERGE_BYTES =
      count(
          "limits.merge-bytes-per-session",
          1 << 20,
          "Bytes that may wait for one session's stream before events are merged: the ranges that"
              + " changed then wait in their place, until the client reads again.");
  static final ConfigKey<Integer> MERGE_NOTICES =
      count(
          "limits.merge-notices-per-session",
          16_384,
          "Notices that may wait for one session's stream before events are merged.");
  static final ConfigKey<Integer> OUTBOUND_BYTES =
      count(
          "limits.outbound-bytes-per-session",
          4 << 20,
          "Bytes that may wait for one session's stream, merged ranges included; past it they"
              + " become the whole space, and if that is not enough the session is evicted.");
  static final ConfigKey<Integer> OUTBOUND_NOTICES =
      count(
          "limits.outbound-notices-per-session",
          65_536,
          "Notices and merged spaces that may wait for one session's stream; past it the session is"
              + " evicted.");
  static final ConfigKey<Integer> CONNECTIONS =
      count(
          "limits.connections",
          65_536,
          "Connections of clients at the same time; one more is closed at once, and its client"
              + " finds the coordinator unavailable.");
  static final ConfigKey<Integer> CONNECTIONS_PER_ADDRESS =
      count(
          "limits.connections-per-address",
          65_536,
          "The same of one network address. Clients behind a proxy share its address; those of the"
              + " Unix domain socket have none.");
  static final ConfigKey<Integer> CALLS_PER_CONNECTION =
      count(
          "limits.calls-per-connection",
          65_536,
          "Calls of one connection at the same time, streams included; more wait at the client.");
  static final ConfigKey<Integer> WAITING_CALLS_PER_CONNECTION =
      count(
          "limits.waiting-calls-per-connection",
          8192,
          "Calls of one connection that wait in read_begin or begin; more are refused.");
  static final ConfigKey<Integer> RESETS_PER_CONNECTION =
      count(
          "limits.resets-per-connection",
          10_000,
          "Calls that one connection may cancel within 10 s; past it the connection is closed"
              + " (ENHANCE_YOUR_CALM).");
  static final ConfigKey<Integer> INBOUND_MESSAGE_BYTES =
      new ConfigKey<>(
          "limits.inbound-message-bytes",
          ValueType.integer(64 << 10, 64 << 20),
          1 << 20,
          "Bytes of one message of a client; past it its call or stream is refused, past four times"
              + " as much cancelled without a reason.");
  static final ConfigKey<Integer> MEMBERS_PER_GATEWAY =
      count(
          "limits.members-per-gateway",
          4096,
          "Devices that share one gateway stream; more are refused, and may take another one.");
  static final ConfigKey<Integer> GATEWAY_MESSAGE_BYTES =
      new ConfigKey<>(
          "limits.gateway-message-bytes",
          ValueType.integer(64 << 10, 64 << 20),
          4 << 20,
          "Bytes that one message of a gateway's client may stand for, written out for each member"
              + " that it names; past it the gateway is closed.");
  static final ConfigKey<Integer> REQUEST_IDS =
      count(
          "limits.request-ids",
          100_000,
          "Begins with a request id that are remembered, so that repeating one joins it.");
  static final ConfigKey<Duration> REQUEST_ID_AGE =
      new ConfigKey<>(
          "limits.request-id-age",
          ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Duration.ofMinutes(5),
          "How long a begin with a request id is remembered after its last use.");
  static final ConfigKey<Duration> DRAIN_DEADLINE =
      new ConfigKey<>(
          "drain.deadline",
          ValueType.duration(Duration.ZERO, Duration.ofMinutes(10)),
          Duration.ofSeconds(10),
          "Time that clients have to leave when the process is told to stop.");
  static final ConfigKey<LogFormat> LOG_FORMAT =
      new ConfigKey<>(
          "log.format",
          ValueType.oneOf(LogFormat.class),
          LogFormat.TEXT,
          "Form of the log's lines on standard error.");

  static final List<ConfigKey<?>> ALL =
      List.of(
          LISTEN,
          LISTEN_UNIX,
          ADMIN,
          TRANSPORT,
          EVENT_LOOPS,
          CONTROL_DIRECTORY,
          TTL_DEFAULT,
          TTL_MIN,
          TTL_MAX,
          GUARD_DIVISOR,
          RATE_ERROR_PPM,
          ACK_DEADLINE_DEFAULT,
          NON_BLOCKABLE_BOUND,
          READMISSION_DELAY_FIRST,
          READMISSION_DELAY_MAX,
          READMISSION_FORGET_AFTER,
          RESERVATION_MAX,
          BEGIN_DELAY_MAX,
          SPACES,
          SESSIONS,
          SUBSCRIPTIONS_PER_SESSION,
          SUBSCRIPTIONS_PER_SPACE,
          RUNNING_PER_SPACE,
          RUNNING_PER_SESSION,
          WAITING_BEGINS_PER_SESSION,
          WAITING_READERS_PER_SPACE,
          RESERVATIONS_PER_SPACE,
          UNACKED_PER_SESSION,
          MERGE_BYTES,
          MERGE_NOTICES,
          OUTBOUND_BYTES,
          OUTBOUND_NOTICES,
          CONNECTIONS,
          CONNECTIONS_PER_ADDRESS,
          CALLS_PER_CONNECTION,
          WAITING_CALLS_PER_CONNECTION,
          RESETS_PER_CONNECTION,
          INBOUND_MESSAGE_BYTES,
          MEMBERS_PER_GATEWAY,
          GATEWAY_MESSAGE_BYTES,
          REQUEST_IDS,
          REQUEST_ID_AGE,
          DRAIN_DEADLINE,
          LOG_FORMAT);

  private ConfigKeys() {}

  private static ConfigKey<Integer> count(String name, int defaultValue, String meaning) {
    return new ConfigKey<>(name, ValueType.integer(1, COUNT_MAX), defaultValue, meaning);
  }
}
