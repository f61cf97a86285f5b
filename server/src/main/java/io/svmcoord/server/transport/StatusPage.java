package io.svmcoord.server.transport;

import java.util.Map;

/** The page that people see on the admin port. */
final class StatusPage {
  private StatusPage() {}

  static String of(Map<String, String> version) {
    StringBuilder rows = new StringBuilder();
    version.forEach(
        (key, value) ->
            rows.append("<tr><th>")
                .append(escape(key))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n"));
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>svm-coordinator</title>
    <style>body{font:16px system-ui,sans-serif;margin:2rem}th{text-align:left;padding-right:1rem}</style>
    </head><body><h1>svm-coordinator</h1>
    <table>
    %s</table>
    <ul>
    <li><a href="/metrics">/metrics</a>: for Prometheus</li>
    <li><a href="/livez">/livez</a>: 200 while the process works</li>
    <li><a href="/readyz">/readyz</a>: 200 while it takes new sessions, else why it does not</li>
    <li><a href="/version">/version</a>: what runs here, as JSON</li>
    </ul>
    </body></html>
    """
        .formatted(rows);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
