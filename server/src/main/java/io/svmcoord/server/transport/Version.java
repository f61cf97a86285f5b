package io.svmcoord.server.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the software, as the build wrote it down. */
public final class Version {
  private static final String RESOURCE = "/svm-server-version.properties";

  private Version() {}

  /** The version, for example {@code 0.1.0}. Reads a resource. */
  public static String read() {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource missing: " + RESOURCE);
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
