package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.range.AddressRange;

/**
 * A range of page numbers. Immutable.
 *
 * @param first inclusive
 * @param last inclusive, not below first
 */
record PageRange(int first, int last) {
  PageRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException(
          "first, last: %d, %d (expected: 0 <= first <= last)".formatted(first, last));
    }
  }

  AddressRange addresses(MemoryGeometry geometry) {
    return new AddressRange(geometry.addressOf(first), geometry.lastAddressOf(last));
  }
}
