package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A page source has no mapping at an address, or not the permission asked for. Immutable. */
public final class PageFaultException extends SvmException {
  private static final long serialVersionUID = 1;

  /** Reason: nothing is mapped there. */
  public static final String NO_MAPPING = "NO_MAPPING";

  /** Reason: what is mapped there must not be accessed that way. */
  public static final String NO_PERMISSION = "NO_PERMISSION";

  static final String ADDRESS_KEY = "address";

  private final long address;

  PageFaultException(String reason, String message, long address, @Nullable Throwable cause) {
    super(reason, false, message, Map.of(ADDRESS_KEY, hex(address)), cause);
    this.address = address;
  }

  /** For page sources: nothing is mapped at {@code address}. */
  public static PageFaultException noMapping(long address) {
    return of(NO_MAPPING, address, null);
  }

  /** For page sources: the page at {@code address} must not be accessed that way. */
  public static PageFaultException noPermission(long address) {
    return of(NO_PERMISSION, address, null);
  }

  static PageFaultException of(String reason, long address, @Nullable Throwable cause) {
    return new PageFaultException(reason, "address " + hex(address), address, cause);
  }

  /** The first address that failed, unsigned. */
  public long address() {
    return address;
  }

  static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
