/**
 * gRPC between simulated processes, at the level of its calls: real stubs and real services, with a
 * network of ours between them that delays, breaks and swallows. Start at {@link
 * io.svmcoord.loadtest.sim.net.SimNetwork}.
 *
 * <p>Of gRPC over Netty it keeps what an application sees: every message is bytes in between; the
 * messages of a stream arrive in order, streams overtake each other; {@code request} and {@code
 * isReady} hold back; deadlines run on both sides, each by its own clock; a connection that broke
 * ends each of its calls with UNAVAILABLE and tells the server by {@code onCancel}. Left out:
 * interceptors of the channel, contexts, compression, size limits, wait-for-ready.
 */
@NullMarked
package io.svmcoord.loadtest.sim.net;

import org.jspecify.annotations.NullMarked;
