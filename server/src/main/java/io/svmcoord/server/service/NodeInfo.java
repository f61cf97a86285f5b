package io.svmcoord.server.service;

/**
 * What a node tells of itself. Immutable.
 *
 * @param version version of the software
 * @param transport name of the transport in use
 * @param eventLoops number of event loops
 * @param startNanos when it started, on the server's clock
 */
public record NodeInfo(String version, String transport, int eventLoops, long startNanos) {}
