package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each data structure against a naive one, under seeded random operations. */
final class StructuresTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 300;

  private static Session session(long id) {
    return new Session(
        new SessionId(id),
        new SessionKey(id, id),
        SessionRole.DEVICE,
        new SessionRequest("", "", Peer.of(""), 0, null),
        1,
        1,
        false);
  }

  private static AddressSpace space() {
    return new AddressSpace(1, "space", Pages.PAGE, 1, 64);
  }

  private static RunningInvalidation running(AddressSpace space, long sequence, int from, int to) {
    return new RunningInvalidation(
        new Notices(new Effects(new KernelObserver() {})),
        new Invalidation(
            new InvalidationId(1, 1, sequence),
            InvalidationEvent.CLEAR,
            false,
            AddressRanges.of(Pages.range(from, to))),
        space,
        null,
        null,
        Completion.Own.INSTANCE,
        new Membership[0],
        0,
        0);
  }

  @Test
  void longMap_random_sameAsHashMap() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      LongMap<String> map = new LongMap<>();
      Map<Long, String> oracle = new HashMap<>();
      long stride = random.nextBoolean() ? 1 : 1L << random.nextInt(60);
      for (int i = 0; i < STEPS; i++) {
        long key = random.nextInt(40) * stride;
        if (random.nextInt(5) < 3 && !oracle.containsKey(key)) {
          map.put(key, "v" + i);
          oracle.put(key, "v" + i);
        } else {
          map.remove(key);
          oracle.remove(key);
        }
        for (long j = 0; j < 40; j++) {
          assertThat(map.get(j * stride)).as("seed %d", seed).isEqualTo(oracle.get(j * stride));
        }
        Set<String> all = new HashSet<>();
        for (int place = 0; place < map.capacity(); place++) {
          @Nullable String value = map.valueAt(place);
          if (value != null) {
            all.add(value);
          }
        }
        assertThat(all).as("seed %d", seed).isEqualTo(new HashSet<>(oracle.values()));
        assertThat(map.size()).as("seed %d", seed).isEqualTo(oracle.size());
      }
    }
  }

  @Test
  void deadlines_random_polledInOrderOfTime() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Deadlines deadlines = new Deadlines();
      // Around the wrap of the clock in every other history.
      long base = random.nextBoolean() ? Long.MAX_VALUE - 500 : 0;
      List<Session> timers = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        timers.add(session(i));
      }
      Map<Session, Long> oracle = new HashMap<>();
      for (int i = 0; i < STEPS; i++) {
        Session timer = timers.get(random.nextInt(timers.size()));
        long offset = random.nextInt(1000);
        switch (random.nextInt(4)) {
          case 0 -> {
            deadlines.arm(timer, base + offset);
            oracle.put(timer, offset);
          }
          case 1 -> {
            deadlines.armNoLater(timer, base + offset);
            oracle.merge(timer, offset, Math::min);
          }
          case 2 -> {
            deadlines.disarm(timer);
            oracle.remove(timer);
          }
          default -> {
            @Nullable Timer due = deadlines.pollDue(base + offset);
            long first = oracle.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
            if (first > offset) {
              assertThat(due).as("seed %d", seed).isNull();
            } else {
              assertThat(due).as("seed %d", seed).isNotNull();
              assertThat(oracle.entrySet())
                  .as("seed %d", seed)
                  .anyMatch(entry -> entry.getKey() == due && entry.getValue() == first);
              oracle.keySet().removeIf(key -> key == due);
            }
          }
        }
        assertThat(deadlines.isEmpty()).as("seed %d", seed).isEqualTo(oracle.isEmpty());
        if (!oracle.isEmpty()) {
          assertThat(deadlines.firstDueNanos() - base)
              .as("seed %d", seed)
              .isEqualTo(oracle.values().stream().min(Long::compare).orElseThrow());
        }
      }
    }
  }

  @Test
  void owedAcks_random_sameAsTreeMap() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      AddressSpace space = space();
      OwedAcks owed = new OwedAcks();
      TreeMap<Long, RunningInvalidation> oracle = new TreeMap<>();
      long sequence = 0;
      for (int i = 0; i < STEPS; i++) {
        long asked = Math.max(1, sequence - random.nextInt(20));
        switch (random.nextInt(5)) {
          case 0, 1, 2 -> {
            sequence += 1 + random.nextInt(3);
            RunningInvalidation added = running(space, sequence, 0, 0);
            owed.add(added);
            oracle.put(sequence, added);
          }
          case 3 -> assertThat(owed.take(asked)).as("seed %d", seed).isSameAs(oracle.remove(asked));
          default -> {
            Map.Entry<Long, RunningInvalidation> first = oracle.firstEntry();
            boolean isTaken = first != null && first.getKey() <= asked;
            @Nullable RunningInvalidation expected =
                isTaken && first != null ? oracle.remove(first.getKey()) : null;
            assertThat(owed.takeFirstUpTo(asked)).as("seed %d", seed).isSameAs(expected);
          }
        }
        assertThat(owed.size()).as("seed %d", seed).isEqualTo(oracle.size());
        assertThat(owed.get(asked)).as("seed %d", seed).isSameAs(oracle.get(asked));
        List<RunningInvalidation> all = new ArrayList<>();
        for (int index = owed.head(); index < owed.tail(); index++) {
          @Nullable RunningInvalidation one = owed.at(index);
          if (one != null) {
            all.add(one);
          }
        }
        assertThat(all).as("seed %d", seed).containsExactlyElementsOf(oracle.values());
      }
    }
  }

  @Test
  void subscriptions_random_captureAndOverlapSameAsScan() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      AddressSpace space = space();
      Subscriptions subscriptions = space.subscriptions;
      List<Membership> members = new ArrayList<>();
      Map<Membership, Map<Long, Integer>> oracle = new HashMap<>();
      for (int i = 0; i < STEPS; i++) {
        if (members.size() < 5) {
          Membership member = new Membership(session(i), space);
          subscriptions.join(member);
          members.add(member);
          oracle.put(member, new HashMap<>());
        }
        Membership member = members.get(random.nextInt(members.size()));
        Map<Long, Integer> mine = oracle.getOrDefault(member, new HashMap<>());
        // Many ids in some histories: the overlap test changes its way above a size.
        long id = 1 + random.nextLong(seed % 2 == 0 ? 20 : 2000);
        int from = random.nextInt(Pages.COUNT);
        int to = Math.min(Pages.COUNT - 1, from + random.nextInt(4));
        int mask = Pages.mask(from, to);
        int dice = random.nextInt(20);
        if (dice == 0) {
          subscriptions.leave(member);
          members.remove(member);
          oracle.remove(member);
          assertThat(member.session.subscriptions).isZero();
        } else if (dice < 15 && !mine.containsKey(id)) {
          subscriptions.add(
              member, id, Pages.range(from, to).first(), Pages.range(from, to).last());
          mine.put(id, mask);
        } else {
          assertThat(subscriptions.remove(member, id))
              .as("seed %d", seed)
              .isEqualTo(mine.remove(id) != null);
        }
        AddressRanges ranges = AddressRanges.of(Pages.range(from, to));
        Membership owner = members.isEmpty() ? member : members.getFirst();
        Set<Session> expected = new HashSet<>();
        int size = 0;
        for (Membership one : members) {
          Map<Long, Integer> its = oracle.getOrDefault(one, Map.of());
          boolean isHit = its.values().stream().anyMatch(other -> (other & mask) != 0);
          size += its.size();
          if (isHit && one != owner) {
            expected.add(one.session);
          }
          assertThat(subscriptions.overlaps(one, ranges)).as("seed %d", seed).isEqualTo(isHit);
        }
        int count = subscriptions.capture(ranges, owner.session);
        List<Session> captured = new ArrayList<>();
        for (Membership one : subscriptions.takeCaptured()) {
          captured.add(one.session);
        }
        assertThat(captured)
            .as("seed %d", seed)
            .hasSize(count)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(subscriptions.size()).as("seed %d", seed).isEqualTo(size);
      }
    }
  }

  @Test
  void subscriptions_manyAdded_stayWithin64BytesEach() {
    AddressSpace space = space();
    Subscriptions subscriptions = space.subscriptions;
    List<Membership> members = joined(space, 20);
    for (int id = 1; id <= 400_000; id++) {
      Membership member = members.get(id % members.size());
      subscriptions.add(member, id, id * Pages.PAGE, id * Pages.PAGE + Pages.PAGE - 1);
      if (id >= 20_000 && id % 100 == 0) {
        assertThat(subscriptions.memoryBytes()).as("%d", id).isLessThanOrEqualTo(64L * id);
      }
    }
  }

  @Test
  void subscriptions_mostRemoved_giveTheirMemoryBack() {
    AddressSpace space = space();
    Subscriptions subscriptions = space.subscriptions;
    Membership member = joined(space, 1).getFirst();
    for (int id = 1; id <= 100_000; id++) {
      subscriptions.add(member, id, id * Pages.PAGE, id * Pages.PAGE + Pages.PAGE - 1);
    }
    long full = subscriptions.memoryBytes();
    for (int id = 100_000; id > 50; id--) {
      assertThat(subscriptions.remove(member, id)).isTrue();
    }

    assertThat(subscriptions.memoryBytes()).isLessThan(full / 100);
    assertThat(member.slots.capacity()).isLessThan(1000);
    for (int id = 1; id <= 50; id++) {
      assertThat(subscriptions.remove(member, id)).isTrue();
    }
    assertThat(subscriptions.size()).isZero();
  }

  private static List<Membership> joined(AddressSpace space, int count) {
    List<Membership> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Membership member = new Membership(session(i + 1), space);
      space.subscriptions.join(member);
      members.add(member);
    }
    return members;
  }

  @Test
  void runningInvalidations_random_sameAsScan() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      AddressSpace space = space();
      RunningInvalidations registry = new RunningInvalidations();
      TreeMap<Long, RunningInvalidation> oracle = new TreeMap<>();
      for (long sequence = 1; sequence <= STEPS; sequence++) {
        int from = random.nextInt(Pages.COUNT);
        int to = Math.min(Pages.COUNT - 1, from + random.nextInt(3));
        if (random.nextBoolean()) {
          RunningInvalidation added = running(space, sequence, from, to);
          registry.add(added);
          oracle.put(sequence, added);
        } else if (!oracle.isEmpty()) {
          List<Long> all = new ArrayList<>(oracle.keySet());
          @Nullable RunningInvalidation removed =
              oracle.remove(all.get(random.nextInt(all.size())));
          if (removed != null) {
            registry.remove(removed);
          }
        }
        AddressRanges asked =
            AddressRanges.of(List.of(Pages.range(from, to), Pages.range(0, random.nextInt(3))));
        int mask = Pages.mask(asked);
        List<RunningInvalidation> expected =
            oracle.values().stream()
                .filter(one -> (Pages.mask(one.what.ranges()) & mask) != 0)
                .toList();
        assertThat(registry.allOverlapping(asked)).as("seed %d", seed).isEqualTo(expected);
        @Nullable RunningInvalidation any = registry.anyOverlapping(asked);
        assertThat(any == null).as("seed %d", seed).isEqualTo(expected.isEmpty());
        assertThat(any == null || expected.contains(any)).as("seed %d", seed).isTrue();
        List<Long> listed = new ArrayList<>();
        for (RunningInvalidation at = registry.oldest(); at != null; at = at.newer) {
          listed.add(at.sequence());
          assertThat(registry.bySequence(at.sequence())).isSameAs(at);
        }
        assertThat(listed).as("seed %d", seed).containsExactlyElementsOf(oracle.keySet());
      }
    }
  }

  @Test
  void forcedEnds_pastTheLimit_oldestForgotten() {
    ForcedEnds ends = new ForcedEnds(3);
    TreeSet<Long> known = new TreeSet<>();
    for (long sequence = 1; sequence <= 10; sequence++) {
      ends.add(new InvalidationId(1, 1, sequence));
    }
    for (long sequence = 1; sequence <= 10; sequence++) {
      if (ends.contains(new InvalidationId(1, 1, sequence))) {
        known.add(sequence);
      }
    }
    assertThat(known).containsExactly(8L, 9L, 10L);
  }

  @Test
  void spaces_listed_inOrderAndByPage() {
    Coordinator coordinator =
        Kernels.fresh(
            new Incarnation(1, 1),
            KernelConfig.DEFAULTS,
            () -> new SessionKey(1, 1),
            KernelObserver.NONE);
    for (int i = 0; i < 5; i++) {
      assertThat(Kernels.createSpace(coordinator, 0, "space" + i, 0))
          .isInstanceOf(Outcome.Ok.class);
    }
    assertThat(coordinator.spaces(1, 2).rows()).extracting(SpaceInfo::id).containsExactly(2L, 3L);
    assertThat(coordinator.spaces(1, 2).isTruncated()).isTrue();
    assertThat(coordinator.spaces(3, 2).isTruncated()).isFalse();
  }
}
