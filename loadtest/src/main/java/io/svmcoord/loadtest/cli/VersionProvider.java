package io.svmcoord.loadtest.cli;

import io.svmcoord.server.transport.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. Stateless. */
public final class VersionProvider implements IVersionProvider {
  /** Makes one. */
  public VersionProvider() {}

  @Override
  public String[] getVersion() {
    return new String[] {"svm " + Version.read(), "Java " + Runtime.version()};
  }
}
