package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All address spaces by id and by name. Confined to the coordinator's thread. */
final class Spaces {
  static final long PAGE_SIZE_MIN = 4096;
  static final long PAGE_SIZE_MAX = 1L << 30;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]+");

  private final Core core;
  private final LongMap<AddressSpace> byId = new LongMap<>();

  /** The same for listings, in order. */
  private final TreeMap<Long, AddressSpace> ordered = new TreeMap<>();

  private final Map<String, AddressSpace> byName = new HashMap<>();
  private long lastId;

  Spaces(Core core) {
    this.core = core;
  }

  Outcome<SpaceInfo> create(String name, long requestedPageSizeBytes) {
    KernelLimits limits = core.limits();
    long pageSizeBytes = requestedPageSizeBytes == 0 ? PAGE_SIZE_MIN : requestedPageSizeBytes;
    if (name.length() > limits.nameCharsMax() || !NAME.matcher(name).matches()) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              "name",
              core.kept(name),
              "1 to " + limits.nameCharsMax() + " characters of [A-Za-z0-9._/-]"));
    }
    if (pageSizeBytes < PAGE_SIZE_MIN
        || pageSizeBytes > PAGE_SIZE_MAX
        || Long.bitCount(pageSizeBytes) != 1) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              "page_size",
              Long.toUnsignedString(pageSizeBytes),
              "a power of two from " + PAGE_SIZE_MIN + " to " + PAGE_SIZE_MAX));
    }
    AddressSpace taken = byName.get(name);
    if (taken != null) {
      return Outcome.refused(new Refusal.AlreadyExists("name", name, taken.id));
    }
    if (byId.size() >= limits.spacesMax()) {
      return Outcome.refused(core.limitReached("spacesMax", limits.spacesMax()));
    }
    AddressSpace space =
        new AddressSpace(
            ++lastId, name, pageSizeBytes, core.config().epoch(), limits.sequenceSegmentsMax());
    byId.put(space.id, space);
    ordered.put(space.id, space);
    byName.put(name, space);
    return Outcome.ok(space.info());
  }

  /** A space, also one that is being released; null if there is none. */
  @Nullable AddressSpace get(long id) {
    return byId.get(id);
  }

  @Nullable AddressSpace get(String name) {
    return byName.get(name);
  }

  /** A space that takes begins, subscriptions and reads. */
  Outcome<AddressSpace> usable(long id) {
    AddressSpace space = byId.get(id);
    return space == null || space.isReleasing() ? Outcome.refused(notFound(id)) : Outcome.ok(space);
  }

  static Refusal notFound(long id) {
    return new Refusal.NotFound("space_id", Long.toUnsignedString(id));
  }

  Listing<SpaceInfo> list(long afterId, int limit) {
    List<SpaceInfo> rows = new ArrayList<>();
    for (AddressSpace space : ordered.tailMap(afterId, false).values()) {
      if (rows.size() == limit) {
        return new Listing<>(rows, true);
      }
      rows.add(space.info());
    }
    return new Listing<>(rows, false);
  }

  Collection<AddressSpace> all() {
    return ordered.values();
  }

  void remove(AddressSpace space) {
    byId.remove(space.id);
    ordered.remove(space.id);
    byName.remove(space.name);
  }
}
