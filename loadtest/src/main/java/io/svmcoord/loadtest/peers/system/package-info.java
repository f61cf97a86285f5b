/**
 * What one system has to offer to be compared: {@link Peer}, which starts its server, its host and
 * its devices. The operation is the same for all: a host publishes {@link Payload#BYTES} bytes,
 * each device gets them and acks, and the host learns when all have. May depend on {@code process},
 * {@code report}, gRPC and Netty.
 */
@NullMarked
package io.svmcoord.loadtest.peers.system;

import org.jspecify.annotations.NullMarked;
