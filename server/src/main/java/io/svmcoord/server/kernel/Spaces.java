package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All address spaces by id and by name. Confined to the coordinator's thread. */
final class Spaces {
  static final long PAGE_SIZE_MIN = 4096;
  static final long PAGE_SIZE_MAX = 1L << 30;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]+");

  private final Core core;
  private final Remembering remembering;
  private final Grace grace;
  private final LongMap<AddressSpace> byId = new LongMap<>();

  /** The same for listings, in order. */
  private final TreeMap<Long, AddressSpace> ordered = new TreeMap<>();

  private final Map<String, AddressSpace> byName = new HashMap<>();

  /** Names of those that are not remembered yet: nobody is told of them. */
  private final Set<String> beingMade = new HashSet<>();

  private long lastId;

  Spaces(Core core, Remembering remembering, Grace grace, long lastId) {
    this.core = core;
    this.remembering = remembering;
    this.grace = grace;
    this.lastId = lastId;
  }

  /** Brings back a space of the coordinator before. */
  void restore(long nowNanos, KnownSpace known) {
    add(nowNanos, make(known));
  }

  void create(
      long nowNanos,
      String name,
      long requestedPageSizeBytes,
      Consumer<? super Outcome<SpaceInfo>> callback) {
    long pageSizeBytes = requestedPageSizeBytes == 0 ? PAGE_SIZE_MIN : requestedPageSizeBytes;
    Refusal wrong = wrong(name, pageSizeBytes);
    if (wrong != null) {
      answer(callback, Outcome.refused(wrong));
    } else if (beingMade.contains(name)) {
      // Its id may not be told yet: this caller looks again when it may.
      remembering.join(
          new Remembering.Waiter() {
            @Override
            public void remembered(long at) {
              create(at, name, pageSizeBytes, callback);
            }

            @Override
            public void failed(long at, Refusal refusal) {
              answer(callback, Outcome.refused(refusal));
            }
          });
    } else {
      remember(nowNanos, make(new KnownSpace(++lastId, name, pageSizeBytes)), callback);
    }
  }

  private void remember(
      long nowNanos, AddressSpace space, Consumer<? super Outcome<SpaceInfo>> callback) {
    beingMade.add(space.name);
    remembering.note(
        nowNanos,
        new MemoryChange.SpaceMade(space.known()),
        new Remembering.Waiter() {
          @Override
          public void remembered(long at) {
            beingMade.remove(space.name);
            add(at, space);
            answer(callback, Outcome.ok(space.info()));
          }

          @Override
          public void failed(long at, Refusal refusal) {
            beingMade.remove(space.name);
            remembering.note(new MemoryChange.SpaceGone(space.id));
            answer(callback, Outcome.refused(refusal));
          }
        });
  }

  private void answer(Consumer<? super Outcome<SpaceInfo>> callback, Outcome<SpaceInfo> outcome) {
    core.effects().add(() -> callback.accept(outcome));
  }

  private @Nullable Refusal wrong(String name, long pageSizeBytes) {
    KernelLimits limits = core.limits();
    if (name.length() > limits.nameCharsMax() || !NAME.matcher(name).matches()) {
      return new Refusal.InvalidArgument(
          "name",
          core.kept(name),
          "1 to " + limits.nameCharsMax() + " characters of [A-Za-z0-9._/-]");
    }
    if (pageSizeBytes < PAGE_SIZE_MIN
        || pageSizeBytes > PAGE_SIZE_MAX
        || Long.bitCount(pageSizeBytes) != 1) {
      return new Refusal.InvalidArgument(
          "page_size",
          Long.toUnsignedString(pageSizeBytes),
          "a power of two from " + PAGE_SIZE_MIN + " to " + PAGE_SIZE_MAX);
    }
    AddressSpace taken = byName.get(name);
    if (taken != null) {
      return new Refusal.AlreadyExists("name", name, taken.id);
    }
    if (byId.size() + beingMade.size() >= limits.spacesMax() && !beingMade.contains(name)) {
      return core.limitReached("limits.spaces", limits.spacesMax());
    }
    return remembering.full();
  }

  private AddressSpace make(KnownSpace known) {
    return new AddressSpace(
        known.id(),
        known.name(),
        known.pageSizeBytes(),
        core.epoch(),
        core.limits().sequenceSegmentsMax());
  }

  private void add(long nowNanos, AddressSpace space) {
    grace.cover(nowNanos, space);
    byId.put(space.id, space);
    ordered.put(space.id, space);
    byName.put(space.name, space);
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
    AddressSpace space = getUsable(id);
    return space == null ? Outcome.refused(notFound(id)) : Outcome.ok(space);
  }

  /** The same, null if there is none. */
  @Nullable AddressSpace getUsable(long id) {
    AddressSpace space = byId.get(id);
    return space == null || space.isReleasing() ? null : space;
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
