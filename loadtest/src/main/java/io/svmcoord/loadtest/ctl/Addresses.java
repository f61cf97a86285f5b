package io.svmcoord.loadtest.ctl;

import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.AddressRange;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Addresses and ranges as text: hexadecimal, both ends inclusive, unsigned. Stateless. */
public final class Addresses {
  private static final Pattern RANGE =
      Pattern.compile("(?:0x)?([0-9a-f]{1,16})-(?:0x)?([0-9a-f]{1,16})", Pattern.CASE_INSENSITIVE);
  private static final int HEX = 16;

  private Addresses() {}

  /** One address, as in {@code 0x7f00}. */
  static String text(long address) {
    return "0x" + Long.toHexString(address);
  }

  static String text(AddressRange range) {
    return text(range.getFirst()) + "-" + text(range.getLast());
  }

  static String text(List<AddressRange> ranges) {
    return ranges.stream().map(Addresses::text).collect(Collectors.joining(" "));
  }

  /**
   * Reads a range, as in {@code 0x1000-0x1fff}.
   *
   * @throws RunFailure naming the option and its value when it has another form
   */
  public static AddressRange parse(String option, String value) {
    Matcher matcher = RANGE.matcher(value.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw RunFailure.badUsage(
          option + ": " + value + " (expected: first-last in hexadecimal, as in 0x1000-0x1fff)");
    }
    return AddressRange.newBuilder()
        .setFirst(Long.parseUnsignedLong(matcher.group(1), HEX))
        .setLast(Long.parseUnsignedLong(matcher.group(2), HEX))
        .build();
  }
}
