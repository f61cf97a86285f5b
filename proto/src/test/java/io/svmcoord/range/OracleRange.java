package io.svmcoord.range;

import java.math.BigInteger;

/** A range in unbounded integers. */
record OracleRange(BigInteger first, BigInteger last) {
  OracleRange(long first, long last) {
    this(Unsigned.of(first), Unsigned.of(last));
  }

  OracleRange(AddressRange range) {
    this(range.first(), range.last());
  }

  boolean overlaps(OracleRange other) {
    return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
  }
}
