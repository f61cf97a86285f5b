package io.svmcoord.loadtest.emulator;

import java.time.Duration;

/**
 * Options of a {@link HostEmulator}. Immutable.
 *
 * @param target host:port of the coordinator
 * @param name for people, shown in listings; also the stem of the address spaces' names
 * @param pages pages of each address space, 16 to 2^20
 * @param pageSizeBytes a power of two from 4096 to 2^20
 * @param baseAddress address of the first page, unsigned, page aligned
 * @param changeLoops loops that change pages at the same time, 0 to 1024
 * @param changesPerSecond changes per second of all loops together, up to 1,000,000; 0: as fast as
 *     they go
 * @param changesMax changes after which the loops end by themselves; 0: no limit
 * @param changePagesMax most pages of one change, 1 to 512
 * @param childrenMax forked children that live at once, 0 to 16
 * @param childLife how long a child lives, up to 1 h
 * @param nonBlockablePercent share of begins that no device may make wait, 0 to 100
 * @param ackDeadline time that devices have for their ack, 1 ms to 60 s
 * @param lateBegin begins that take longer are told of one by one, up to 1 h
 * @param ttl time to live of the lease, 500 ms to 60 s
 * @param seed of the random numbers
 */
public record HostEmulatorOptions(
    String target,
    String name,
    int pages,
    int pageSizeBytes,
    long baseAddress,
    int changeLoops,
    int changesPerSecond,
    long changesMax,
    int changePagesMax,
    int childrenMax,
    Duration childLife,
    int nonBlockablePercent,
    Duration ackDeadline,
    Duration lateBegin,
    Duration ttl,
    long seed) {
  /** Frames beyond one for each page of each space. */
  static final int SPARE_FRAMES = 64;

  /** Validates the values. */
  public HostEmulatorOptions {
    Options.requireText("target", target);
    Options.requireText("name", name);
    Options.requireBetween("pages", pages, 16, 1 << 20);
    Options.requireBetween("changeLoops", changeLoops, 0, 1024);
    Options.requireBetween("changesPerSecond", changesPerSecond, 0, 1_000_000);
    Options.requireBetween("changesMax", changesMax, 0, Long.MAX_VALUE);
    Options.requireBetween("changePagesMax", changePagesMax, 1, 512);
    Options.requireBetween("childrenMax", childrenMax, 0, 16);
    Options.requireBetween("childLife", childLife, Duration.ZERO, Duration.ofHours(1));
    Options.requireBetween("nonBlockablePercent", nonBlockablePercent, 0, 100);
    Options.requireBetween(
        "ackDeadline", ackDeadline, Duration.ofMillis(1), Duration.ofSeconds(60));
    Options.requireBetween("lateBegin", lateBegin, Duration.ZERO, Duration.ofHours(1));
    Options.requireTtl(ttl);
  }

  /** Starts from the defaults. */
  public static Builder builder(String target) {
    return new Builder(target);
  }

  /** Sets options one by one. Confined to one thread. */
  public static final class Builder {
    private final String target;
    private String name = "host";
    private int pages = 4096;
    private int pageSizeBytes = 4096;
    private long baseAddress = 0x7f00_0000_0000L;
    private int changeLoops = 8;
    private int changesPerSecond = 500;
    private long changesMax = 0;
    private int changePagesMax = 16;
    private int childrenMax = 2;
    private Duration childLife = Duration.ofSeconds(1);
    private int nonBlockablePercent = 0;
    private Duration ackDeadline = Duration.ofSeconds(1);
    private Duration lateBegin = Duration.ofHours(1);
    private Duration ttl = Duration.ofSeconds(3);
    private long seed = 1;

    private Builder(String target) {
      this.target = target;
    }

    /** See {@link HostEmulatorOptions#name}. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#pages}. */
    public Builder pages(int value) {
      pages = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#pageSizeBytes}. */
    public Builder pageSizeBytes(int value) {
      pageSizeBytes = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#baseAddress}. */
    public Builder baseAddress(long value) {
      baseAddress = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#changeLoops}. */
    public Builder changeLoops(int value) {
      changeLoops = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#changesPerSecond}. */
    public Builder changesPerSecond(int value) {
      changesPerSecond = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#changesMax}. */
    public Builder changesMax(long value) {
      changesMax = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#changePagesMax}. */
    public Builder changePagesMax(int value) {
      changePagesMax = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#childrenMax}. */
    public Builder childrenMax(int value) {
      childrenMax = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#childLife}. */
    public Builder childLife(Duration value) {
      childLife = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#nonBlockablePercent}. */
    public Builder nonBlockablePercent(int value) {
      nonBlockablePercent = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#ackDeadline}. */
    public Builder ackDeadline(Duration value) {
      ackDeadline = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#lateBegin}. */
    public Builder lateBegin(Duration value) {
      lateBegin = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#ttl}. */
    public Builder ttl(Duration value) {
      ttl = value;
      return this;
    }

    /** See {@link HostEmulatorOptions#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming the option that is out of its bounds
     */
    public HostEmulatorOptions build() {
      return new HostEmulatorOptions(
          target,
          name,
          pages,
          pageSizeBytes,
          baseAddress,
          changeLoops,
          changesPerSecond,
          changesMax,
          changePagesMax,
          childrenMax,
          childLife,
          nonBlockablePercent,
          ackDeadline,
          lateBegin,
          ttl,
          seed);
    }
  }
}
