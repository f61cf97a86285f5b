package io.svmcoord.client;

/**
 * Why a mapping changes. A hint: treating each event as {@link #CLEAR} is always right. The values
 * are those of the kernel's {@code enum mmu_notifier_event}. Immutable.
 */
public enum Event {
  /** The addresses cease to be mapped, or move away. */
  UNMAP,
  /** The entries are cleared or replaced for another reason. Also what an unknown event becomes. */
  CLEAR,
  /** The permission of the whole range changes. */
  PROTECTION_VMA,
  /** Permission bits of single pages change. */
  PROTECTION_PAGE,
  /** Dirty tracking starts again: same page, same access. */
  SOFT_DIRTY,
  /**
   * The address space goes away, or the device must drop everything because its lease is over.
   * Never begun by a host.
   */
  RELEASE,
  /** The pages move to another memory. Knows an owner. */
  MIGRATE,
  /** One device takes exclusive access. Knows an owner. */
  EXCLUSIVE
}
