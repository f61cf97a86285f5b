/**
 * The contract's value types: what a range of addresses is and how ranges are compared, held and
 * looked up. Coordinator and devices use exactly these. Pure: depends on {@code java.*} and
 * annotations alone; no threads, no clock.
 *
 * <p>Start with {@link io.svmcoord.range.AddressRange}. {@link io.svmcoord.range.IntervalTree}
 * finds what overlaps a range, {@link io.svmcoord.range.SequenceMap} says when a range was last
 * invalidated; both stand on the package's one balanced tree, {@code MaxTree}.
 */
@NullMarked
package io.svmcoord.range;

import org.jspecify.annotations.NullMarked;
