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
 * @param epoch of its address spaces; grows with each start
 * @param graceLeftMillis until clients of before its start are waited for no more; 0 when over
 * @param graceSessions their sessions that are still waited for
 */
public record NodeInfo(
    String version,
    String incarnation,
    long uptimeMillis,
    boolean draining,
    String transport,
    int eventLoops,
    long epoch,
    long graceLeftMillis,
    int graceSessions) {

  static NodeInfo of(GetNodeResponse node) {
    return new NodeInfo(
        node.getVersion(),
        HexFormat.of().formatHex(node.getIncarnation().toByteArray()),
        node.getUptimeMillis(),
        node.getDraining(),
        node.getTransport(),
        node.getEventLoops(),
        node.getEpoch(),
        node.getGraceLeftMillis(),
        node.getGraceSessions());
  }

  private String grace() {
    return graceLeftMillis == 0
        ? "over"
        : "%d ms left, for %d sessions".formatted(graceLeftMillis, graceSessions);
  }

  /** The same for people. */
  public String table() {
    return TextTable.of("", "")
        .row("version", version)
        .row("incarnation", incarnation)
        .row("epoch", Long.toString(epoch))
        .row("grace", grace())
        .row("uptime", uptimeMillis + " ms")
        .row("draining", draining ? "yes" : "no")
        .row("transport", transport)
        .row("event loops", Integer.toString(eventLoops))
        .render();
  }
}
