package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.PeerRole;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code svm load peer-role}: the processes that {@code svm load compare-peers} starts. */
@Command(
    name = "peer-role",
    hidden = true,
    description = "One process of a comparison. Runs until its standard input ends.")
final class LoadPeerRoleCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ROLE", description = "server, host or devices.")
  private Role role = Role.SERVER;

  @Option(names = "--system", required = true, description = "The system.")
  private String system = "";

  @Option(names = "--port", description = "Port of its server.")
  private int port;

  @Option(names = "--space", description = "Id of the address space.")
  private long spaceId;

  @Option(names = "--devices-max", description = "Most devices that will be connected.")
  private int devicesMax;

  @Spec private CommandSpec spec = CommandSpec.create();

  LoadPeerRoleCommand() {}

  private enum Role {
    SERVER,
    HOST,
    DEVICES
  }

  @Override
  public Integer call() throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PeerRole play = Usage.checked(() -> new PeerRole(system, orders, spec.commandLine().getOut()));
    PeerTarget target = new PeerTarget(port, spaceId);
    switch (role) {
      case SERVER -> play.server();
      case HOST -> play.host(target);
      case DEVICES -> play.devices(target, devicesMax);
    }
    return ExitCode.OK;
  }
}
