package io.svmcoord.server.kernel;

/** One reader that waits in read_begin. Confined to the coordinator's thread. */
final class WaitingReader extends ReadTicket {}
