package io.svmcoord.loadtest.chaos;

/**
 * A process that a fault happens to, with its link to the coordinator. Immutable.
 *
 * @param role what it plays
 * @param index which of its role, from 0
 */
record Victim(Role role, int index) implements Comparable<Victim> {
  /** What processes play. */
  enum Role {
    COORDINATOR,
    HOST,
    DEVICES,
    MAPPERS
  }

  static final Victim COORDINATOR = new Victim(Role.COORDINATOR, 0);
  static final Victim HOST = new Victim(Role.HOST, 0);
  static final Victim MAPPERS = new Victim(Role.MAPPERS, 0);

  static Victim devices(int index) {
    return new Victim(Role.DEVICES, index);
  }

  /** Whether a begin can't be answered while it is in trouble, whatever the devices do. */
  boolean isOnPathOfBegins() {
    return role == Role.COORDINATOR || role == Role.HOST;
  }

  @Override
  public int compareTo(Victim other) {
    int byRole = role.compareTo(other.role);
    return byRole != 0 ? byRole : Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    return switch (role) {
      case COORDINATOR -> "coordinator";
      case HOST -> "host";
      case DEVICES -> "devices-" + index;
      case MAPPERS -> "mappers";
    };
  }
}
