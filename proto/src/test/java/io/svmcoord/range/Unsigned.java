package io.svmcoord.range;

import java.math.BigInteger;

/** The oracles' arithmetic, which shares nothing with the product's. */
final class Unsigned {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  private Unsigned() {}

  static BigInteger of(long value) {
    BigInteger signed = BigInteger.valueOf(value);
    return signed.signum() < 0 ? signed.add(TWO_64) : signed;
  }
}
