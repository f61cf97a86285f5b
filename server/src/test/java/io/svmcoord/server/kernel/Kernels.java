package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.List;

/** Coordinators without a past, and the calls whose answers then come before they return. */
public final class Kernels {
  private Kernels() {}

  /** A coordinator that begins with nothing at time 0 and is remembered by nobody. */
  public static Coordinator fresh(
      Incarnation incarnation, KernelConfig config, KeySource keys, KernelObserver observer) {
    return new Coordinator(0, Past.none(incarnation), config, Memory.NONE, keys, observer);
  }

  /** Makes a space. */
  public static Outcome<SpaceInfo> createSpace(
      Coordinator coordinator, long now, String name, long pageSizeBytes) {
    List<Outcome<SpaceInfo>> answers = new ArrayList<>();
    coordinator.createSpace(now, name, pageSizeBytes, answers::add);
    return onlyOne(answers);
  }

  /** Opens a device session. */
  public static Outcome<SessionGrant> openDevice(
      Coordinator coordinator, long now, SessionRequest request, DeviceOutlet outlet) {
    List<Outcome<SessionGrant>> answers = new ArrayList<>();
    coordinator.openDevice(now, request, outlet, answers::add);
    return onlyOne(answers);
  }

  /** Opens a host session. */
  public static Outcome<SessionGrant> openHost(
      Coordinator coordinator, long now, SessionRequest request, HostOutlet outlet) {
    List<Outcome<SessionGrant>> answers = new ArrayList<>();
    coordinator.openHost(now, request, outlet, answers::add);
    return onlyOne(answers);
  }

  private static <T> T onlyOne(List<T> answers) {
    if (answers.size() != 1) {
      throw new AssertionError("answers: " + answers.size() + " (expected: 1)");
    }
    return answers.getFirst();
  }
}
