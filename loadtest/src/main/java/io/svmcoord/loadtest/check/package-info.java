/**
 * Judges what devices and mappers read: a version that was retired before the read began is a stale
 * page.
 *
 * <p>Start at {@link io.svmcoord.loadtest.check.PageJudge}. Shares no state with the coordinator or
 * the client library: may depend on {@code memory} only.
 */
@NullMarked
package io.svmcoord.loadtest.check;

import org.jspecify.annotations.NullMarked;
