package io.svmcoord.loadtest.cli;

/**
 * What is logged, on standard error. Commands that report at their end log warnings alone. Works
 * only before the first log event of the process, because the logging library reads its
 * configuration once.
 */
public final class LogLevel {
  private static final String CONFIGURATION = "logback.configurationFile";
  private static final String WARNINGS = "svm-logback-warnings.xml";

  private LogLevel() {}

  /** Warnings and errors alone. */
  public static void warnings() {
    System.setProperty(CONFIGURATION, WARNINGS);
  }

  /** Nothing, where else there would be {@link #warnings} alone. */
  static void nothing() {
    if (WARNINGS.equals(System.getProperty(CONFIGURATION))) {
      System.setProperty(CONFIGURATION, "svm-logback-nothing.xml");
    }
  }
}
