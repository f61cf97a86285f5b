package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;

/**
 * Whoever has the pages. Implemented by hosts, asked by devices and mappers between read_begin and
 * read_retry; over the network see {@link GrpcPageSource} and {@link PageSourceServer}.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface PageSource {
  /** Most pages of one fault. */
  int FAULT_PAGES_MAX = 512;

  /**
   * Makes the pages of a range present with the access asked for and lists them. The list may be
   * out of date when it arrives: read_retry tells. May block, at most for {@code timeout}.
   *
   * @param range page aligned, at most {@link #FAULT_PAGES_MAX} pages
   * @return the pages, ascending by address; all of the range unless {@code access} is {@link
   *     Access#SNAPSHOT}
   * @throws PageFaultException if an address has no mapping or not the permission
   */
  List<MirroredPage> fault(long spaceId, AddressRange range, Access access, Duration timeout);
}
