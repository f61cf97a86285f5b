package io.svmcoord.loadtest.report;

/**
 * Where a coordinator listens: the first line of {@code svm serve}. Immutable.
 *
 * @param target host:port of the gRPC services
 * @param port of the gRPC services
 * @param adminUrl of metrics, health and status; ends with a slash
 * @param adminPort of metrics, health and status
 * @param transport that serves the sockets
 * @param pid of the process
 */
public record Listening(
    String target, int port, String adminUrl, int adminPort, String transport, long pid) {
  /** The same for people. */
  public String table() {
    return TextTable.of("", "")
        .row("gRPC", target)
        .row("admin", adminUrl)
        .row("metrics", adminUrl + "metrics")
        .row("readiness", adminUrl + "readyz")
        .row("transport", transport)
        .row("pid", Long.toString(pid))
        .render();
  }
}
