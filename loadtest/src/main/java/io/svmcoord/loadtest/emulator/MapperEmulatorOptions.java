package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.time.Duration;

/**
 * Options of a {@link MapperEmulator}. Immutable.
 *
 * @param target host:port of the coordinator
 * @param at the host whose pages to read
 * @param name stem of the mappers' names, for people
 * @param mappers number of mappers, 1 to 1000
 * @param snapshotPages pages of one list, 1 to 512
 * @param snapshotsPerSecond page lists per second and mapper, up to 1,000,000; 0: as fast as they
 *     go
 * @param snapshotsMax valid page lists after which each mapper ends by itself; 0: no limit
 * @param timeout how long one call may take, 1 ms to 10 min
 * @param seed of the random numbers
 */
public record MapperEmulatorOptions(
    String target,
    HostReady at,
    String name,
    int mappers,
    int snapshotPages,
    int snapshotsPerSecond,
    long snapshotsMax,
    Duration timeout,
    long seed) {
  /** Validates the values. */
  public MapperEmulatorOptions {
    Options.requireText("target", target);
    Options.requireText("pageSourceTarget", at.pageSourceTarget());
    Options.requireText("name", name);
    Options.requireBetween("mappers", mappers, 1, 1000);
    Options.requireBetween("snapshotPages", snapshotPages, 1, 512);
    Options.requireBetween("snapshotsPerSecond", snapshotsPerSecond, 0, 1_000_000);
    Options.requireBetween("snapshotsMax", snapshotsMax, 0, Long.MAX_VALUE);
    Options.requireBetween("timeout", timeout, Duration.ofMillis(1), Duration.ofMinutes(10));
  }

  /** Starts from the defaults. */
  public static Builder builder(String target, HostReady at) {
    return new Builder(target, at);
  }

  /** Sets options one by one. Confined to one thread. */
  public static final class Builder {
    private final String target;
    private final HostReady at;
    private String name = "mapper";
    private int mappers = 1;
    private int snapshotPages = 16;
    private int snapshotsPerSecond = 200;
    private long snapshotsMax = 0;
    private Duration timeout = Duration.ofSeconds(30);
    private long seed = 1;

    private Builder(String target, HostReady at) {
      this.target = target;
      this.at = at;
    }

    /** See {@link MapperEmulatorOptions#name}. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** See {@link MapperEmulatorOptions#mappers}. */
    public Builder mappers(int value) {
      mappers = value;
      return this;
    }

    /** See {@link MapperEmulatorOptions#snapshotPages}. */
    public Builder snapshotPages(int value) {
      snapshotPages = value;
      return this;
    }

    /** See {@link MapperEmulatorOptions#snapshotsPerSecond}. */
    public Builder snapshotsPerSecond(int value) {
      snapshotsPerSecond = value;
      return this;
    }

    /** See {@link MapperEmulatorOptions#snapshotsMax}. */
    public Builder snapshotsMax(long value) {
      snapshotsMax = value;
      return this;
    }

    /** See {@link MapperEmulatorOptions#timeout}. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** See {@link MapperEmulatorOptions#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming the option that is out of its bounds
     */
    public MapperEmulatorOptions build() {
      return new MapperEmulatorOptions(
          target,
          at,
          name,
          mappers,
          snapshotPages,
          snapshotsPerSecond,
          snapshotsMax,
          timeout,
          seed);
    }
  }
}
