package io.svmcoord.server.kernel;

/** Why a mapping changes. A hint: treating each as {@link #CLEAR} is always right. */
public enum InvalidationEvent {
  /** The addresses cease to be mapped. */
  UNMAP,
  /** Entries are cleared or replaced for another reason. */
  CLEAR,
  /** The permission of the whole range changes. */
  PROTECTION_VMA,
  /** Permission bits of single pages change. */
  PROTECTION_PAGE,
  /** Dirty tracking starts again. */
  SOFT_DIRTY,
  /** The address space goes away; begun by the coordinator alone. */
  RELEASE,
  /** The pages move to another memory; may have an owner. */
  MIGRATE,
  /** One device takes exclusive access; may have an owner. */
  EXCLUSIVE;

  /** Whether a begin of this event may name an owner, which is not sent it (race R15). */
  public boolean isOwnable() {
    return this == MIGRATE || this == EXCLUSIVE;
  }
}
