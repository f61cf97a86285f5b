package io.svmcoord.server.config;

import io.svmcoord.server.kernel.KernelConfig;
import io.svmcoord.server.kernel.KernelLimits;
import io.svmcoord.server.kernel.ReadmissionConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a server that its operator decides. The keys, with meaning, unit, range and
 * default, are in docs/config.md. Immutable.
 *
 * @param listen address of the gRPC services
 * @param listenUnix Unix domain socket on which the gRPC services are served too; empty for none
 * @param admin address of metrics, health and status
 * @param transport how sockets are served
 * @param eventLoops number of threads that serve sockets
 * @param controlDirectory where it keeps what a restart has to know; empty for nowhere
 * @param session leases
 * @param invalidation acks
 * @param readmission clients that were evicted
 * @param reservation reservations of mappers
 * @param limits bounds of memory
 * @param connection bounds of connections
 * @param drainDeadline time that clients have to leave when the process is told to stop
 * @param logFormat form of the log's lines
 */
public record ServerConfig(
    Endpoint listen,
    Optional<Path> listenUnix,
    Endpoint admin,
    TransportKind transport,
    int eventLoops,
    Optional<Path> controlDirectory,
    Session session,
    Invalidation invalidation,
    Readmission readmission,
    Reservation reservation,
    Limits limits,
    Connection connection,
    Duration drainDeadline,
    LogFormat logFormat) {

  /**
   * Leases.
   *
   * @param ttlDefault of a session that asks for none
   * @param ttlMin shortest that may be asked for
   * @param ttlMax longest that may be asked for
   * @param guardDivisor the guard is the time to live divided by this, and what the rate error adds
   * @param rateErrorPpm by how much clocks may run fast or slow, in parts per million
   */
  public record Session(
      Duration ttlDefault, Duration ttlMin, Duration ttlMax, int guardDivisor, int rateErrorPpm) {
    /**
     * Checks that the three times are in order.
     *
     * @throws ConfigException if they are not
     */
    public Session {
      if (ttlMin.compareTo(ttlDefault) > 0 || ttlDefault.compareTo(ttlMax) > 0) {
        throw new ConfigException(
            "session.ttl-default: %s (expected: session.ttl-min %s to session.ttl-max %s)"
                .formatted(ttlDefault, ttlMin, ttlMax));
      }
    }
  }

  /**
   * Acks.
   *
   * @param ackDeadlineDefault of a begin that says none
   * @param nonBlockableBound for every answer to a non-blockable begin
   */
  public record Invalidation(Duration ackDeadlineDefault, Duration nonBlockableBound) {}

  /**
   * Clients that were evicted.
   *
   * @param delayFirst that they stay away after the second eviction; 0 for never
   * @param delayMax longest that they stay away
   * @param forgetAfter so long without an eviction, they begin afresh
   */
  public record Readmission(Duration delayFirst, Duration delayMax, Duration forgetAfter) {
    /**
     * Checks that the three times are in order.
     *
     * @throws ConfigException if they are not
     */
    public Readmission {
      if (delayFirst.compareTo(delayMax) > 0 || delayMax.compareTo(forgetAfter) > 0) {
        throw new ConfigException(
            "readmission.delay-max: %s (expected: readmission.delay-first %s to readmission.forget-after %s)"
                .formatted(delayMax, delayFirst, forgetAfter));
      }
    }

    private ReadmissionConfig kernel() {
      return new ReadmissionConfig(delayFirst.toNanos(), delayMax.toNanos(), forgetAfter.toNanos());
    }
  }

  /**
   * Reservations of mappers.
   *
   * @param max longest that one lasts; 0 for none
   * @param beginDelayMax longest that they postpone one begin
   */
  public record Reservation(Duration max, Duration beginDelayMax) {}

  /**
   * Bounds of memory.
   *
   * @param spaces address spaces
   * @param sessions sessions that are not over
   * @param subscriptionsPerSession subscriptions of one session
   * @param subscriptionsPerSpace subscriptions of one space
   * @param runningPerSpace running invalidations and postponed begins of one space
   * @param runningPerSession running invalidations of one host session
   * @param waitingBeginsPerSession begins of one host stream without an answer
   * @param waitingReadersPerSpace waiting readers of one space
   * @param reservationsPerSpace reservations of one space
   * @param unackedPerSession acks that one session may owe
   * @param mergeBytesPerSession bytes that may wait for one stream before events are merged
   * @param mergeNoticesPerSession notices that may wait for one stream before events are merged
   * @param outboundBytesPerSession bytes that may wait for one stream
   * @param outboundNoticesPerSession notices that may wait for one stream
   * @param requestIds begins remembered by request id
   * @param requestIdAge how long they are remembered after the last use
   */
  public record Limits(
      int spaces,
      int sessions,
      int subscriptionsPerSession,
      int subscriptionsPerSpace,
      int runningPerSpace,
      int runningPerSession,
      int waitingBeginsPerSession,
      int waitingReadersPerSpace,
      int reservationsPerSpace,
      int unackedPerSession,
      int mergeBytesPerSession,
      int mergeNoticesPerSession,
      int outboundBytesPerSession,
      int outboundNoticesPerSession,
      int requestIds,
      Duration requestIdAge) {
    private KernelLimits kernel() {
      KernelLimits defaults = KernelLimits.DEFAULTS;
      return new KernelLimits(
          spaces,
          sessions,
          subscriptionsPerSession,
          subscriptionsPerSpace,
          defaults.updateSizeMax(),
          runningPerSpace,
          runningPerSession,
          defaults.rangesMax(),
          waitingReadersPerSpace,
          reservationsPerSpace,
          unackedPerSession,
          defaults.endedSessionsMax(),
          defaults.evictedClientsMax(),
          defaults.forcedEndsMax(),
          defaults.sequenceSegmentsMax(),
          defaults.timersPerAdvanceMax(),
          defaults.nameCharsMax(),
          defaults.versionCharsMax(),
          defaults.detailCharsMax());
    }
  }

  /**
   * Bounds of connections, and of each of them.
   *
   * @param max connections at the same time
   * @param maxPerAddress of them of one network address
   * @param calls calls at the same time, streams included
   * @param waitingCalls calls that wait in read_begin or begin
   * @param resets calls that may be cancelled within 10 s
   * @param inboundMessageBytes bytes of one message of the client
   * @param membersPerGateway members of one gateway
   * @param gatewayMessageBytes bytes that one message of a gateway may stand for
   */
  public record Connection(
      int max,
      int maxPerAddress,
      int calls,
      int waitingCalls,
      int resets,
      int inboundMessageBytes,
      int membersPerGateway,
      int gatewayMessageBytes) {}

  /** What holds when nobody sets anything. */
  public static ServerConfig defaults() {
    return of(Map.of());
  }

  /**
   * A configuration with one key set, for embedding: {@code defaults().with("listen",
   * "127.0.0.1:0")}.
   *
   * @throws ConfigException if the key is unknown or the value not what it expects
   */
  public ServerConfig with(String key, String value) {
    Map<String, String> texts = new LinkedHashMap<>(values());
    if (texts.put(ConfigSources.known(key, "with"), value) == null) {
      throw new IllegalStateException("key without a value: " + key);
    }
    return of(texts);
  }

  /**
   * Reads a configuration: a flag wins over the environment, that over the file, that over the
   * default.
   *
   * @param flags {@code --key=value}, each
   * @param environment of which variables that begin with {@code SVM_} and name a key are read
   * @param file YAML file, or null for none; blocks while it is read
   * @throws ConfigException if a key is unknown, a value is not what it expects, or the file can't
   *     be read
   */
  public static ServerConfig load(
      List<String> flags, Map<String, String> environment, @Nullable Path file) {
    return new ConfigSources(flags, environment, file).read();
  }

  /** The longest lease that a session may have, guard included. */
  public Duration longestLease() {
    return session.ttlMax.plusNanos(kernel().guardNanos(session.ttlMax.toNanos()));
  }

  /** The kernel's part. */
  public KernelConfig kernel() {
    KernelConfig defaults = KernelConfig.DEFAULTS;
    return new KernelConfig(
        session.ttlDefault.toNanos(),
        session.ttlMin.toNanos(),
        session.ttlMax.toNanos(),
        session.guardDivisor,
        session.rateErrorPpm,
        defaults.heartbeatDivisor(),
        invalidation.ackDeadlineDefault.toNanos(),
        defaults.ackDeadlineMinNanos(),
        defaults.ackDeadlineMaxNanos(),
        invalidation.nonBlockableBound.toNanos(),
        reservation.max.toNanos(),
        reservation.beginDelayMax.toNanos(),
        readmission.kernel(),
        defaults.retryAfterNanos(),
        defaults.graceRetryNanos(),
        limits.kernel());
  }

  /** Every key with its value, in the order of the documentation; {@link #with} reads it back. */
  public Map<String, String> values() {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, ConfigKeys.LISTEN, listen);
    put(texts, ConfigKeys.LISTEN_UNIX, listenUnix);
    put(texts, ConfigKeys.ADMIN, admin);
    put(texts, ConfigKeys.TRANSPORT, transport);
    put(texts, ConfigKeys.EVENT_LOOPS, eventLoops);
    put(texts, ConfigKeys.CONTROL_DIRECTORY, controlDirectory);
    put(texts, ConfigKeys.TTL_DEFAULT, session.ttlDefault);
    put(texts, ConfigKeys.TTL_MIN, session.ttlMin);
    put(texts, ConfigKeys.TTL_MAX, session.ttlMax);
    put(texts, ConfigKeys.GUARD_DIVISOR, session.guardDivisor);
    put(texts, ConfigKeys.RATE_ERROR_PPM, session.rateErrorPpm);
    put(texts, ConfigKeys.ACK_DEADLINE_DEFAULT, invalidation.ackDeadlineDefault);
    put(texts, ConfigKeys.NON_BLOCKABLE_BOUND, invalidation.nonBlockableBound);
    put(texts, ConfigKeys.READMISSION_DELAY_FIRST, readmission.delayFirst);
    put(texts, ConfigKeys.READMISSION_DELAY_MAX, readmission.delayMax);
    put(texts, ConfigKeys.READMISSION_FORGET_AFTER, readmission.forgetAfter);
    put(texts, ConfigKeys.RESERVATION_MAX, reservation.max);
    put(texts, ConfigKeys.BEGIN_DELAY_MAX, reservation.beginDelayMax);
    put(texts, ConfigKeys.SPACES, limits.spaces);
    put(texts, ConfigKeys.SESSIONS, limits.sessions);
    put(texts, ConfigKeys.SUBSCRIPTIONS_PER_SESSION, limits.subscriptionsPerSession);
    put(texts, ConfigKeys.SUBSCRIPTIONS_PER_SPACE, limits.subscriptionsPerSpace);
    put(texts, ConfigKeys.RUNNING_PER_SPACE, limits.runningPerSpace);
    put(texts, ConfigKeys.RUNNING_PER_SESSION, limits.runningPerSession);
    put(texts, ConfigKeys.WAITING_BEGINS_PER_SESSION, limits.waitingBeginsPerSession);
    put(texts, ConfigKeys.WAITING_READERS_PER_SPACE, limits.waitingReadersPerSpace);
    put(texts, ConfigKeys.RESERVATIONS_PER_SPACE, limits.reservationsPerSpace);
    put(texts, ConfigKeys.UNACKED_PER_SESSION, limits.unackedPerSession);
    put(texts, ConfigKeys.MERGE_BYTES, limits.mergeBytesPerSession);
    put(texts, ConfigKeys.MERGE_NOTICES, limits.mergeNoticesPerSession);
    put(texts, ConfigKeys.OUTBOUND_BYTES, limits.outboundBytesPerSession);
    put(texts, ConfigKeys.OUTBOUND_NOTICES, limits.outboundNoticesPerSession);
    put(texts, ConfigKeys.CONNECTIONS, connection.max);
    put(texts, ConfigKeys.CONNECTIONS_PER_ADDRESS, connection.maxPerAddress);
    put(texts, ConfigKeys.CALLS_PER_CONNECTION, connection.calls);
    put(texts, ConfigKeys.WAITING_CALLS_PER_CONNECTION, connection.waitingCalls);
    put(texts, ConfigKeys.RESETS_PER_CONNECTION, connection.resets);
    put(texts, ConfigKeys.INBOUND_MESSAGE_BYTES, connection.inboundMessageBytes);
    put(texts, ConfigKeys.MEMBERS_PER_GATEWAY, connection.membersPerGateway);
    put(texts, ConfigKeys.GATEWAY_MESSAGE_BYTES, connection.gatewayMessageBytes);
    put(texts, ConfigKeys.REQUEST_IDS, limits.requestIds);
    put(texts, ConfigKeys.REQUEST_ID_AGE, limits.requestIdAge);
    put(texts, ConfigKeys.DRAIN_DEADLINE, drainDeadline);
    put(texts, ConfigKeys.LOG_FORMAT, logFormat);
    return texts;
  }

  private static <T> void put(Map<String, String> texts, ConfigKey<T> key, T value) {
    texts.put(key.name(), key.type().writer().apply(value));
  }

  /** Builds a configuration of texts by key; keys without one take their default. */
  static ServerConfig of(Map<String, String> texts) {
    Texts t = new Texts(texts);
    return new ServerConfig(
        t.value(ConfigKeys.LISTEN),
        t.value(ConfigKeys.LISTEN_UNIX),
        t.value(ConfigKeys.ADMIN),
        t.value(ConfigKeys.TRANSPORT),
        t.value(ConfigKeys.EVENT_LOOPS),
        t.value(ConfigKeys.CONTROL_DIRECTORY),
        new Session(
            t.value(ConfigKeys.TTL_DEFAULT),
            t.value(ConfigKeys.TTL_MIN),
            t.value(ConfigKeys.TTL_MAX),
            t.value(ConfigKeys.GUARD_DIVISOR),
            t.value(ConfigKeys.RATE_ERROR_PPM)),
        new Invalidation(
            t.value(ConfigKeys.ACK_DEADLINE_DEFAULT), t.value(ConfigKeys.NON_BLOCKABLE_BOUND)),
        new Readmission(
            t.value(ConfigKeys.READMISSION_DELAY_FIRST),
            t.value(ConfigKeys.READMISSION_DELAY_MAX),
            t.value(ConfigKeys.READMISSION_FORGET_AFTER)),
        new Reservation(t.value(ConfigKeys.RESERVATION_MAX), t.value(ConfigKeys.BEGIN_DELAY_MAX)),
        new Limits(
            t.value(ConfigKeys.SPACES),
            t.value(ConfigKeys.SESSIONS),
            t.value(ConfigKeys.SUBSCRIPTIONS_PER_SESSION),
            t.value(ConfigKeys.SUBSCRIPTIONS_PER_SPACE),
            t.value(ConfigKeys.RUNNING_PER_SPACE),
            t.value(ConfigKeys.RUNNING_PER_SESSION),
            t.value(ConfigKeys.WAITING_BEGINS_PER_SESSION),
            t.value(ConfigKeys.WAITING_READERS_PER_SPACE),
            t.value(ConfigKeys.RESERVATIONS_PER_SPACE),
            t.value(ConfigKeys.UNACKED_PER_SESSION),
            t.value(ConfigKeys.MERGE_BYTES),
            t.value(ConfigKeys.MERGE_NOTICES),
            t.value(ConfigKeys.OUTBOUND_BYTES),
            t.value(ConfigKeys.OUTBOUND_NOTICES),
            t.value(ConfigKeys.REQUEST_IDS),
            t.value(ConfigKeys.REQUEST_ID_AGE)),
        new Connection(
            t.value(ConfigKeys.CONNECTIONS),
            t.value(ConfigKeys.CONNECTIONS_PER_ADDRESS),
            t.value(ConfigKeys.CALLS_PER_CONNECTION),
            t.value(ConfigKeys.WAITING_CALLS_PER_CONNECTION),
            t.value(ConfigKeys.RESETS_PER_CONNECTION),
            t.value(ConfigKeys.INBOUND_MESSAGE_BYTES),
            t.value(ConfigKeys.MEMBERS_PER_GATEWAY),
            t.value(ConfigKeys.GATEWAY_MESSAGE_BYTES)),
        t.value(ConfigKeys.DRAIN_DEADLINE),
        t.value(ConfigKeys.LOG_FORMAT));
  }

  /** Typed view of texts by key. */
  private record Texts(Map<String, String> texts) {
    <T> T value(ConfigKey<T> key) {
      String text = texts.get(key.name());
      return text == null ? key.defaultValue() : key.parse(text, "configuration");
    }
  }
}
