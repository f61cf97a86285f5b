package io.svmcoord.loadtest.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. Stateless. */
public final class VersionProvider implements IVersionProvider {
  /** Makes one. */
  public VersionProvider() {}

  @Override
  public String[] getVersion() {
    return new String[] {"svm " + version(), "Java " + Runtime.version()};
  }

  /** The version that the jar was built as; {@code development} when run from loose classes. */
  static String version() {
    String built = VersionProvider.class.getPackage().getImplementationVersion();
    return built == null ? "development" : built;
  }
}
