package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code host:port}, IPv6 addresses in brackets. Stateless. */
final class TargetOption {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\[\\]]+):([0-9]{1,5})");
  private static final int PORT_MAX = 65_535;

  private TargetOption() {}

  /**
   * The address that an option names; its host is looked up.
   *
   * @throws RunFailure naming the option and its value when it has another form
   */
  static InetSocketAddress parse(String option, String value) {
    Matcher matcher = FORM.matcher(value);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > PORT_MAX) {
      throw RunFailure.badUsage(
          option + ": " + value + " (expected: host:port, with a port from 0 to 65535)");
    }
    String host = matcher.group(1).replaceAll("[\\[\\]]", "");
    InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(matcher.group(2)));
    if (address.isUnresolved()) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: a host that can be found)");
    }
    return address;
  }
}
