package io.svmcoord.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AddressRangesTest {
  private static final int RUNS_PER_MIX = 100;

  @Test
  void of_none_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRanges.of(List.of()))
        .withMessage("ranges: 0 (expected: at least 1)");
  }

  @Test
  void of_touchingAndOverlapping_areMerged() {
    AddressRanges ranges =
        AddressRanges.of(
            List.of(
                new AddressRange(0x5000, 0x5fff),
                new AddressRange(0x2000, 0x2fff),
                new AddressRange(0x1000, 0x1fff),
                new AddressRange(0x5800, 0x6fff)));

    assertThat(ranges).hasToString("{[0x1000,0x2fff], [0x5000,0x6fff]}");
    assertThat(ranges.size()).isEqualTo(2);
    assertThat(ranges.first(1)).isEqualTo(0x5000);
    assertThat(ranges.last(0)).isEqualTo(0x2fff);
    assertThat(ranges.hull()).isEqualTo(new AddressRange(0x1000, 0x6fff));
  }

  @Test
  void of_rangeUpToTheLastAddress_swallowsWhatFollows() {
    AddressRanges ranges =
        AddressRanges.of(List.of(new AddressRange(5, -1L), new AddressRange(-1L, -1L)));

    assertThat(ranges).isEqualTo(AddressRanges.of(new AddressRange(5, -1L)));
    assertThat(ranges).hasSameHashCodeAs(AddressRanges.of(new AddressRange(5, -1L)));
  }

  @Test
  void ofBounds_callerChangesItsArrays_setStays() {
    long[] firsts = {0x1000};
    long[] lasts = {0x1fff};
    AddressRanges ranges = AddressRanges.ofBounds(firsts, lasts);
    firsts[0] = 0;

    assertThat(ranges.first(0)).isEqualTo(0x1000);
  }

  @Test
  void ofBounds_badBounds_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRanges.ofBounds(new long[2], new long[1]))
        .withMessage("lasts.length: 1 (expected: firsts.length 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRanges.ofBounds(new long[] {2}, new long[] {1}));
  }

  @Test
  void subtract_holeInTheMiddle_leavesBothSides() {
    AddressRanges page = AddressRanges.of(new AddressRange(0x1000, 0x4fff));

    assertThat(page.subtract(new AddressRange(0x2000, 0x2fff)).map(AddressRanges::toList))
        .contains(List.of(new AddressRange(0x1000, 0x1fff), new AddressRange(0x3000, 0x4fff)));
    assertThat(page.subtract(AddressRange.WHOLE)).isEmpty();
    assertThat(page.subtract(new AddressRange(0x5000, -1L))).contains(page);
  }

  @ParameterizedTest
  @EnumSource
  void operations_random_agreeWithUnboundedIntegers(RandomRanges.Mix mix) {
    for (int run = 0; run < RUNS_PER_MIX; run++) {
      long seed = 4_000_037L + run;
      Random random = new Random(seed);
      RandomRanges source = new RandomRanges(random, mix);
      List<AddressRange> left = some(source, random);
      List<AddressRange> right = some(source, random);
      AddressRange probe = source.next();
      check(
          "mix %s, seed %d, %s, %s, %s".formatted(mix, seed, left, right, probe),
          left,
          right,
          probe);
    }
  }

  private static List<AddressRange> some(RandomRanges source, Random random) {
    List<AddressRange> list = new ArrayList<>();
    for (int count = 1 + random.nextInt(12); count > 0; count--) {
      // Narrow pieces too, or a uniform mix soon covers everything.
      AddressRange range = source.next();
      boolean narrow = random.nextBoolean();
      list.add(narrow ? new AddressRange(range.first(), range.first()) : range);
    }
    return list;
  }

  private static void check(
      String what, List<AddressRange> left, List<AddressRange> right, AddressRange probe) {
    AddressRanges set = AddressRanges.of(left);
    AddressRanges other = AddressRanges.of(right);
    List<OracleRange> expected = normalised(left);
    OracleRange asked = new OracleRange(probe);

    assertThat(oracle(set)).as(what).isEqualTo(expected);
    assertThat(set.overlaps(probe))
        .as(what)
        .isEqualTo(expected.stream().anyMatch(range -> range.overlaps(asked)));
    assertThat(set.contains(probe.first()))
        .as(what)
        .isEqualTo(
            expected.stream()
                .anyMatch(range -> range.overlaps(new OracleRange(probe.first(), probe.first()))));
    assertThat(set.contains(probe))
        .as(what)
        .isEqualTo(
            expected.stream()
                .anyMatch(
                    range ->
                        range.first().compareTo(asked.first()) <= 0
                            && asked.last().compareTo(range.last()) <= 0));
    boolean overlap =
        expected.stream().anyMatch(a -> normalised(right).stream().anyMatch(a::overlaps));
    assertThat(set.overlaps(other)).as(what).isEqualTo(overlap);
    assertThat(other.overlaps(set)).as(what).isEqualTo(overlap);
    assertThat(set.subtract(probe).map(AddressRangesTest::oracle))
        .as(what)
        .isEqualTo(subtract(expected, asked));
  }

  private static List<OracleRange> oracle(AddressRanges ranges) {
    return ranges.toList().stream().map(OracleRange::new).toList();
  }

  private static List<OracleRange> normalised(List<AddressRange> ranges) {
    List<OracleRange> sorted =
        ranges.stream()
            .map(OracleRange::new)
            .sorted((a, b) -> a.first().compareTo(b.first()))
            .toList();
    List<OracleRange> merged = new ArrayList<>();
    for (OracleRange range : sorted) {
      OracleRange previous = merged.isEmpty() ? null : merged.getLast();
      if (previous != null && range.first().compareTo(previous.last().add(BigInteger.ONE)) <= 0) {
        merged.set(
            merged.size() - 1,
            new OracleRange(previous.first(), previous.last().max(range.last())));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  private static Optional<List<OracleRange>> subtract(List<OracleRange> ranges, OracleRange hole) {
    List<OracleRange> rest = new ArrayList<>();
    for (OracleRange range : ranges) {
      BigInteger leftEnd = range.last().min(hole.first().subtract(BigInteger.ONE));
      BigInteger rightStart = range.first().max(hole.last().add(BigInteger.ONE));
      if (range.first().compareTo(leftEnd) <= 0) {
        rest.add(new OracleRange(range.first(), leftEnd));
      }
      if (rightStart.compareTo(range.last()) <= 0) {
        rest.add(new OracleRange(rightStart, range.last()));
      }
    }
    return rest.isEmpty() ? Optional.empty() : Optional.of(rest);
  }
}
