package io.svmcoord.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AddressRangeTest {
  private static final AddressRange PAGE = new AddressRange(0x1000, 0x1fff);

  @Test
  void new_firstAboveLastUnsigned_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddressRange(0x2000, 0x1fff))
        .withMessage("first: 0x2000 (expected: at most last 0x1fff)");
    assertThatIllegalArgumentException().isThrownBy(() -> new AddressRange(-1L, 0));
  }

  @Test
  void new_acrossTheSignBit_isAccepted() {
    AddressRange range = new AddressRange(Long.MAX_VALUE, Long.MIN_VALUE);

    assertThat(range.sizeMinusOne()).isEqualTo(1);
    assertThat(range.contains(Long.MIN_VALUE)).isTrue();
    assertThat(range.contains(Long.MIN_VALUE + 1)).isFalse();
  }

  @Test
  void ofLength_zero_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRange.ofLength(0x1000, 0))
        .withMessage("length: 0 (expected: at least 1)");
  }

  @Test
  void ofLength_pastTheEnd_isRefused() {
    assertThat(AddressRange.ofLength(-4096L, 4096)).isEqualTo(new AddressRange(-4096L, -1L));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRange.ofLength(-4096L, 4097))
        .withMessage("length: 4097 (expected: at most 4096 from start 0xfffffffffffff000)");
    assertThat(AddressRange.ofLength(0, -1L)).isEqualTo(new AddressRange(0, -2L));
    assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.ofLength(2, -1L));
  }

  @Test
  void isAligned_wholePages_isTrue() {
    assertThat(PAGE.isAligned(4096)).isTrue();
    assertThat(AddressRange.WHOLE.isAligned(4096)).isTrue();
    assertThat(AddressRange.WHOLE.isAligned(Long.MIN_VALUE)).isTrue();
    assertThat(new AddressRange(0x1000, 0x1ffe).isAligned(4096)).isFalse();
    assertThat(new AddressRange(0x1001, 0x1fff).isAligned(4096)).isFalse();
    assertThat(PAGE.isAligned(0x2000)).isFalse();
    assertThat(PAGE.isAligned(1)).isTrue();
  }

  @Test
  void isAligned_pageSizeNoPowerOfTwo_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAGE.isAligned(3000))
        .withMessage("pageSizeBytes: 3000 (expected: a power of two)");
    assertThatIllegalArgumentException().isThrownBy(() -> PAGE.isAligned(0));
  }

  @Test
  void intersection_disjoint_isEmpty() {
    assertThat(PAGE.intersection(new AddressRange(0x2000, -1L))).isEmpty();
    assertThat(PAGE.intersection(AddressRange.WHOLE)).contains(PAGE);
    assertThat(PAGE.intersection(new AddressRange(0x1fff, -1L)))
        .contains(new AddressRange(0x1fff, 0x1fff));
  }

  @Test
  void toString_always_isHexadecimal() {
    assertThat(PAGE).hasToString("[0x1000,0x1fff]");
    assertThat(AddressRange.WHOLE).hasToString("[0x0,0xffffffffffffffff]");
  }

  @Test
  void compareTo_mixed_ordersUnsignedByFirstThenLast() {
    AddressRange low = new AddressRange(0, 5);
    AddressRange lowWide = new AddressRange(0, -1L);
    AddressRange high = new AddressRange(Long.MIN_VALUE, -1L);

    assertThat(List.of(high, lowWide, low).stream().sorted()).containsExactly(low, lowWide, high);
    assertThat(low).isEqualByComparingTo(new AddressRange(0, 5));
  }

  @ParameterizedTest
  @EnumSource
  void relations_random_agreeWithUnboundedIntegers(RandomRanges.Mix mix) {
    for (long seed = 0; seed < 200; seed++) {
      RandomRanges ranges = new RandomRanges(new Random(seed), mix);
      AddressRange a = ranges.next();
      AddressRange b = ranges.next();
      BigInteger first = Unsigned.of(a.first()).max(Unsigned.of(b.first()));
      BigInteger last = Unsigned.of(a.last()).min(Unsigned.of(b.last()));
      boolean overlap = first.compareTo(last) <= 0;
      String what = "mix %s, seed %d: %s and %s".formatted(mix, seed, a, b);

      assertThat(a.overlaps(b)).as(what).isEqualTo(overlap);
      assertThat(b.overlaps(a)).as(what).isEqualTo(overlap);
      assertThat(a.intersection(b).map(OracleRange::new).isPresent()).as(what).isEqualTo(overlap);
      if (overlap) {
        assertThat(a.intersection(b).map(OracleRange::new))
            .as(what)
            .contains(new OracleRange(first, last));
      }
      boolean within =
          Unsigned.of(a.first()).compareTo(Unsigned.of(b.first())) <= 0
              && Unsigned.of(b.last()).compareTo(Unsigned.of(a.last())) <= 0;
      assertThat(a.contains(b)).as(what).isEqualTo(within);
      assertThat(a.contains(b.first()) && a.contains(b.last())).as(what).isEqualTo(within);
    }
  }
}
