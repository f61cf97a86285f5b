/**
 * What users would pick instead: servers that are installed here, with clients that speak their
 * protocols with the least code. A host publishes, devices that subscribed publish acks back, and
 * the host counts them. {@link PubSubPeer} is the same for all that publish to channels ({@link
 * RedisProtocol}, {@link NatsProtocol}); {@link EtcdPeer} has keys that are watched.
 */
@NullMarked
package io.svmcoord.loadtest.peers.broker;

import org.jspecify.annotations.NullMarked;
