package io.svmcoord.server.config;

import java.util.Locale;
import org.slf4j.bridge.SLF4JBridgeHandler;

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
    // gRPC and Netty log through java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** The name in configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
