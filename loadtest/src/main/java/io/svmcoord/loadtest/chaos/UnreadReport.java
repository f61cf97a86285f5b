package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.FirstFault;
import io.svmcoord.loadtest.report.Judged;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.Optional;

/**
 * What a stream that nobody reads cost, and what its device was told afterwards. Immutable.
 *
 * @param unreadS seconds that the stream was not read
 * @param floodBegins begins of 256 ranges during that time, each taken back at once
 * @param queueBytesMax most bytes that waited for all streams together, of what was sampled
 * @param queueBytesLimit bytes that may wait for one stream
 * @param queueNoticesMax most notices that waited for all streams together, of what was sampled
 * @param queueNoticesLimit notices that may wait for one stream
 * @param heapBeforeMb the coordinator's heap after a collection, before
 * @param heapAfterMb the same at the end of the time, while the stream was still not read
 * @param catchUps notices that stood for what was not read; one is right
 * @param resyncs those of them that said to drop the whole space; one is right, as the ranges of
 *     the flood are too many to keep
 * @param missingEnds invalidations that the device believed to be running in the end; any is a
 *     fault
 * @param besideBegins begins of the space beside it while all was read
 * @param besideP50Ms of them, milliseconds
 * @param besideP99Ms of them, milliseconds
 * @param unreadBegins begins of the space beside it while the stream was not read
 * @param unreadP50Ms of them, milliseconds
 * @param unreadP99Ms of them, milliseconds
 * @param p99Ratio of the two; 1 is: no difference. Not judged
 */
public record UnreadReport(
    double unreadS,
    long floodBegins,
    long queueBytesMax,
    long queueBytesLimit,
    long queueNoticesMax,
    long queueNoticesLimit,
    double heapBeforeMb,
    double heapAfterMb,
    int catchUps,
    int resyncs,
    int missingEnds,
    long besideBegins,
    double besideP50Ms,
    double besideP99Ms,
    long unreadBegins,
    double unreadP50Ms,
    double unreadP99Ms,
    double p99Ratio)
    implements Judged {
  /** What the heap may grow by: many times what may wait for one stream. */
  static final double HEAP_GROWTH_MB_MAX = 32;

  @Override
  public Optional<String> fault() {
    return new FirstFault()
        .unless(
            queueBytesMax <= queueBytesLimit,
            () ->
                "queue_bytes_max: %d (expected: at most %d)"
                    .formatted(queueBytesMax, queueBytesLimit))
        .unless(
            queueNoticesMax <= queueNoticesLimit,
            () ->
                "queue_notices_max: %d (expected: at most %d)"
                    .formatted(queueNoticesMax, queueNoticesLimit))
        .unless(
            heapAfterMb - heapBeforeMb <= HEAP_GROWTH_MB_MAX,
            () ->
                "heap_after_mb: %.1f (expected: at most %.1f, which is %.0f more than before)"
                    .formatted(heapAfterMb, heapBeforeMb + HEAP_GROWTH_MB_MAX, HEAP_GROWTH_MB_MAX))
        .unless(
            catchUps == 1 && resyncs == 1,
            () -> "catch_ups: %d, resyncs: %d (expected: 1 and 1)".formatted(catchUps, resyncs))
        .none("missing_ends", missingEnds)
        .words();
  }

  @Override
  public String table() {
    return TextTable.of("", "")
            .row("not read for s", Numbers.decimal(unreadS))
            .row("begins not read", Numbers.grouped(floodBegins))
            .row("queue, most bytes", ofLimit(queueBytesMax, queueBytesLimit))
            .row("queue, most notices", ofLimit(queueNoticesMax, queueNoticesLimit))
            .row("heap before MB", Numbers.decimal(heapBeforeMb))
            .row("heap after MB", Numbers.decimal(heapAfterMb))
            .row("catch-up notices", catchUps)
            .row("of these, whole space", resyncs)
            .row("missing ends", missingEnds)
            .render()
        + TextTable.of("BEGINS BESIDE IT", "NUMBER", "P50 MS", "P99 MS")
            .row("all is read", Numbers.grouped(besideBegins), ms(besideP50Ms), ms(besideP99Ms))
            .row("not read", Numbers.grouped(unreadBegins), ms(unreadP50Ms), ms(unreadP99Ms))
            .render()
        + "ratio of the p99: %.3f%n".formatted(p99Ratio);
  }

  private static String ofLimit(long most, long limit) {
    return Numbers.grouped(most) + " of " + Numbers.grouped(limit);
  }

  private static String ms(double millis) {
    return "%.3f".formatted(millis);
  }
}
