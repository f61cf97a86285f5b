/**
 * The floors: the least code that does the operation at all, on the transports that svm could have.
 * {@link GrpcRelay} over gRPC, {@link NettyRelay} with length-prefixed frames over TCP. Neither
 * knows ranges, sequences, leases or anything else that could be kept. Each begins with its wire
 * ({@code ...Wire}), then its server, host and devices.
 */
@NullMarked
package io.svmcoord.loadtest.peers.relay;

import org.jspecify.annotations.NullMarked;
