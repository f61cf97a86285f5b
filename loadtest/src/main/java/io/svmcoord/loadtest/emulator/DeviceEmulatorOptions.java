package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.time.Duration;

/**
 * Options of a {@link DeviceEmulator}. Immutable.
 *
 * @param target host:port of the coordinator
 * @param at the host whose pages to mirror
 * @param name stem of the devices' names: name-0, name-1, ...
 * @param devices number of devices, 1 to 10000
 * @param firstIndex number of the first device; devices of other processes should have others
 * @param connections connections to the coordinator that the devices share, up to 10000; 0: one
 *     each, at most 16, or with shared streams one for all
 * @param sharedStreams whether the devices of a connection share one stream, a gateway
 * @param mirrorPages pages that each device mirrors, each another window; 0: all pages
 * @param workingPages pages among which each device reads for a while before it goes elsewhere; 0:
 *     all that it mirrors
 * @param readsPerSecond page reads per second and device, up to 10,000,000; 0: as fast as they go
 * @param readsMax page reads after which each device ends by itself; 0: no limit
 * @param batchPages page reads under one hold of the mirror's lock, 1 to 1024
 * @param faultPages pages of one fault, 1 to 512
 * @param writePercent share of reads that write as well, 0 to 100
 * @param childPercent share of forked children that each device mirrors, 0 to 100
 * @param faultTimeout how long one fault may take, 1 ms to 10 min
 * @param ttl time to live of the lease, 500 ms to 60 s
 * @param seed of the random numbers
 */
public record DeviceEmulatorOptions(
    String target,
    HostReady at,
    String name,
    int devices,
    int firstIndex,
    int connections,
    boolean sharedStreams,
    int mirrorPages,
    int workingPages,
    int readsPerSecond,
    long readsMax,
    int batchPages,
    int faultPages,
    int writePercent,
    int childPercent,
    Duration faultTimeout,
    Duration ttl,
    long seed) {
  /** Validates the values. */
  public DeviceEmulatorOptions {
    Options.requireText("target", target);
    Options.requireText("pageSourceTarget", at.pageSourceTarget());
    Options.requireText("name", name);
    Options.requireBetween("devices", devices, 1, 10_000);
    Options.requireBetween("firstIndex", firstIndex, 0, Integer.MAX_VALUE - 10_000);
    Options.requireBetween("connections", connections, 0, 10_000);
    Options.requireBetween("mirrorPages", mirrorPages, 0, 1 << 20);
    Options.requireBetween("workingPages", workingPages, 0, 1 << 20);
    Options.requireBetween("readsPerSecond", readsPerSecond, 0, 10_000_000);
    Options.requireBetween("readsMax", readsMax, 0, Long.MAX_VALUE);
    Options.requireBetween("batchPages", batchPages, 1, 1024);
    Options.requireBetween("faultPages", faultPages, 1, 512);
    Options.requireBetween("writePercent", writePercent, 0, 100);
    Options.requireBetween("childPercent", childPercent, 0, 100);
    Options.requireBetween(
        "faultTimeout", faultTimeout, Duration.ofMillis(1), Duration.ofMinutes(10));
    Options.requireTtl(ttl);
  }

  /** Starts from the defaults. */
  public static Builder builder(String target, HostReady at) {
    return new Builder(target, at);
  }

  /** Sets options one by one. Confined to one thread. */
  public static final class Builder {
    private final String target;
    private final HostReady at;
    private String name = "device";
    private int devices = 1;
    private int firstIndex = 0;
    private int connections = 0;
    private boolean sharedStreams = false;
    private int mirrorPages = 0;
    private int workingPages = 64;
    private int readsPerSecond = 2_000;
    private long readsMax = 0;
    private int batchPages = 32;
    private int faultPages = 16;
    private int writePercent = 10;
    private int childPercent = 50;
    private Duration faultTimeout = Duration.ofSeconds(30);
    private Duration ttl = Duration.ofSeconds(3);
    private long seed = 1;

    private Builder(String target, HostReady at) {
      this.target = target;
      this.at = at;
    }

    /** See {@link DeviceEmulatorOptions#name}. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#devices}. */
    public Builder devices(int value) {
      devices = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#firstIndex}. */
    public Builder firstIndex(int value) {
      firstIndex = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#connections}. */
    public Builder connections(int value) {
      connections = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#sharedStreams}. */
    public Builder sharedStreams(boolean value) {
      sharedStreams = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#mirrorPages}. */
    public Builder mirrorPages(int value) {
      mirrorPages = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#workingPages}. */
    public Builder workingPages(int value) {
      workingPages = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#readsPerSecond}. */
    public Builder readsPerSecond(int value) {
      readsPerSecond = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#readsMax}. */
    public Builder readsMax(long value) {
      readsMax = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#batchPages}. */
    public Builder batchPages(int value) {
      batchPages = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#faultPages}. */
    public Builder faultPages(int value) {
      faultPages = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#writePercent}. */
    public Builder writePercent(int value) {
      writePercent = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#childPercent}. */
    public Builder childPercent(int value) {
      childPercent = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#faultTimeout}. */
    public Builder faultTimeout(Duration value) {
      faultTimeout = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#ttl}. */
    public Builder ttl(Duration value) {
      ttl = value;
      return this;
    }

    /** See {@link DeviceEmulatorOptions#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming the option that is out of its bounds
     */
    public DeviceEmulatorOptions build() {
      return new DeviceEmulatorOptions(
          target,
          at,
          name,
          devices,
          firstIndex,
          connections,
          sharedStreams,
          mirrorPages,
          workingPages,
          readsPerSecond,
          readsMax,
          batchPages,
          faultPages,
          writePercent,
          childPercent,
          faultTimeout,
          ttl,
          seed);
    }
  }
}
