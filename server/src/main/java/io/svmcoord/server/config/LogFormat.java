package io.svmcoord.server.config;

import java.util.Locale;

/** The form of the log's lines. */
public enum LogFormat {
  /** One line of text per event. */
  TEXT("logback.xml"),
  /** One JSON object per line and event. */
  JSON("svm-logback-json.xml");

  private final String resource;

  LogFormat(String resource) {
    this.resource = resource;
  }

  /**
   * Makes the logging library use this format. Works only before the process's first log event,
   * because the library reads its configuration once.
   */
  public void install() {
    System.setProperty("logback.configurationFile", resource);
  }

  /** The name in configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
