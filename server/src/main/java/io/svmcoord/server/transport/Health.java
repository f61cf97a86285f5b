package io.svmcoord.server.transport;

import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;

/** The standard health service: every service serves until the node drains. Thread-safe. */
public final class Health {
  private final HealthStatusManager manager = new HealthStatusManager();

  /** Says that the server as a whole and each of the services serve. */
  public Health(List<ServerServiceDefinition> services) {
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    for (ServerServiceDefinition service : services) {
      manager.setStatus(service.getServiceDescriptor().getName(), ServingStatus.SERVING);
    }
  }

  /** The service. */
  public ServerServiceDefinition definition() {
    return manager.getHealthService().bindService();
  }

  /** Says from now on that nothing serves. */
  public void stop() {
    manager.enterTerminalState();
  }
}
