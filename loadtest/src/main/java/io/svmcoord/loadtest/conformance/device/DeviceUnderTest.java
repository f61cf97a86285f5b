package io.svmcoord.loadtest.conformance.device;

import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A device, as the instructions of a conformance run see it. Each method blocks until it is done
 * and throws if it can't be; they are called on several threads at the same time.
 */
public interface DeviceUnderTest {
  /**
   * Mirrors addresses of a space, and others no longer, in one step. Opens the session first if
   * there is none.
   *
   * @throws UnsupportedOperationException if this device has no such function
   */
  void mirror(long spaceId, List<AddressRange> add, List<AddressRange> remove);

  /**
   * Uses all pages of all ranges at the same time, as one unit; faults them in as often as it
   * takes.
   *
   * @param using is told the pages once, from within the use; it blocks for as long as they have to
   *     stay in use
   */
  void use(
      long spaceId, List<AddressRange> ranges, Duration timeout, Consumer<List<UsedPage>> using);

  /**
   * Uses what is mapped of the ranges right now and may be used.
   *
   * @param using as above; not called if nothing is mapped
   */
  void useMapped(long spaceId, List<AddressRange> ranges, Consumer<List<UsedPage>> using);

  /** Drops everything and leaves with a detach. The next {@link #mirror} opens a new session. */
  void leave();
}
