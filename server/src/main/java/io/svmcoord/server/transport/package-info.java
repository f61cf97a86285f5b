/**
 * What touches sockets: Netty's event loops and gRPC server, the admin HTTP server, the clock.
 * Start at {@link io.svmcoord.server.transport.GrpcTransport}. May depend on every other package of
 * the server.
 */
@NullMarked
package io.svmcoord.server.transport;

import org.jspecify.annotations.NullMarked;
