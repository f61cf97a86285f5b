package io.svmcoord.loadtest.cli;

/**
 * What is logged, on standard error. Commands that report at their end log warnings alone. Works
 * only before the first log event of the process, because the logging library reads its
 * configuration once.
 */
public final class LogLevel {
  private static final String CONFIGURATION = "logback.configurationFile";

  private LogLevel() {}

  /** Warnings and errors alone. */
  public static void warnings() {
    System.setProperty(CONFIGURATION, "svm-logback-warnings.xml");
  }

  /**
   * Nothing. The time of a simulation is not the log's; and the lock of a log would have one
   * simulation wait for another.
   */
  static void nothing() {
    System.setProperty(CONFIGURATION, "svm-logback-nothing.xml");
  }
}
