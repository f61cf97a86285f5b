package io.svmcoord.loadtest.ctl;

import io.svmcoord.loadtest.report.TextTable;
import io.svmcoord.v1.GetNodeResponse;
import java.util.HexFormat;

/**
 * A coordinator's node. Immutable.
 *
 * @param version of the software
 * @param incarnation of its state, hexadecimal
 * @param uptimeMillis since it started
 * @param draining true: it is about to stop
 * @param transport Netty transport
 * @param eventLoops how many
 */
public record NodeInfo(
    String version,
    String incarnation,
    long uptimeMillis,
    boolean draining,
    String transport,
    int eventLoops) {

  static NodeInfo of(GetNodeResponse node) {
    return new NodeInfo(
        node.getVersion(),
        HexFormat.of().formatHex(node.getIncarnation().toByteArray()),
        node.getUptimeMillis(),
        node.getDraining(),
        node.getTransport(),
        node.getEventLoops());
  }

  /** The same for people. */
  public String table() {
    return TextTable.of("", "")
        .row("version", version)
        .row("incarnation", incarnation)
        .row("uptime", uptimeMillis + " ms")
        .row("draining", draining ? "yes" : "no")
        .row("transport", transport)
        .row("event loops", Integer.toString(eventLoops))
        .render();
  }
}
