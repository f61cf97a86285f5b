package io.svmcoord.loadtest.conformance;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.FaultRequest;
import io.svmcoord.v1.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * One address space of a check: its pages, and the invalidations of it. Each listing of a page has
 * a frame of its own, so that a frame tells when its page was listed. Guarded by the scene's lock.
 */
final class ScriptedSpace {
  static final long PAGE_BYTES = 4096;

  /** A page as it was listed once. */
  private static final class Frame {
    final long address;
    boolean isRetired;

    Frame(long address) {
      this.address = address;
    }
  }

  final long id;
  final List<ScriptedInvalidation> invalidations = new ArrayList<>();
  long epoch;
  long sequence;
  private final Map<Long, Frame> frames = new HashMap<>();
  private final Map<Long, Integer> faults = new HashMap<>();
  private long lastFrame;

  ScriptedSpace(long id, long epoch, long sequence) {
    this.id = id;
    this.epoch = epoch;
    this.sequence = sequence;
  }

  long nextSequence() {
    return ++sequence;
  }

  /** The pages of a range as they are now. */
  List<Page> list(FaultRequest request) {
    long first = request.getRange().getFirst();
    long last = request.getRange().getLast();
    List<Page> pages = new ArrayList<>();
    for (long address = first; ; address += PAGE_BYTES) {
      lastFrame += PAGE_BYTES;
      frames.put(lastFrame, new Frame(address));
      faults.merge(address, 1, Integer::sum);
      pages.add(
          Page.newBuilder().setAddress(address).setFrame(lastFrame).setWritable(true).build());
      if (last - address < PAGE_BYTES) {
        return pages;
      }
    }
  }

  /** How often a page was listed. */
  int faults(long address) {
    return faults.getOrDefault(address, 0);
  }

  /** Whatever was listed of these pages until now may not be used any more. */
  void retire(LongPredicate isCovered) {
    frames.values().stream()
        .filter(frame -> isCovered.test(frame.address))
        .forEach(frame -> frame.isRetired = true);
  }

  void retire(ScriptedInvalidation invalidation) {
    retire(invalidation::covers);
  }

  /** What is wrong with a use of this page now; empty if nothing is. */
  String complaint(long address, long frameNumber) {
    Frame frame = frames.get(frameNumber);
    if (frame == null || frame.address != address) {
      return "page %s was used with frame %d, with which it was never listed"
          .formatted(hex(address), frameNumber);
    }
    for (ScriptedInvalidation each : invalidations) {
      if (each.isClosed() && each.covers(address)) {
        return "page %s was used while it was being invalidated (sequence %s)"
            .formatted(hex(address), Long.toUnsignedString(each.sequence));
      }
    }
    return frame.isRetired
        ? "page %s was used with a list from before it was invalidated or dropped"
            .formatted(hex(address))
        : "";
  }

  static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  /** {@code count} pages from page number {@code first} on. */
  static AddressRange pages(long first, long count) {
    return AddressRange.ofLength(first * PAGE_BYTES, count * PAGE_BYTES);
  }

  static AddressRange page(long number) {
    return pages(number, 1);
  }
}
