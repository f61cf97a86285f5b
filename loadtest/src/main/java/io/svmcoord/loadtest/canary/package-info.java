/**
 * The canary: a host, a device and a mapper in a space of their own, which probe a live coordinator
 * for the promises G1 to G3 all the time. Start at {@link io.svmcoord.loadtest.canary.CanaryRun};
 * what is checked is {@link io.svmcoord.loadtest.canary.Probe}.
 *
 * <p>Speaks to the coordinator through the public SDK alone, as any user would. Of the server's
 * module it uses the admin page and the histogram's buckets, of its own.
 */
@NullMarked
package io.svmcoord.loadtest.canary;

import org.jspecify.annotations.NullMarked;
