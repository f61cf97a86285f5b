package io.svmcoord.server.service;

import io.svmcoord.server.kernel.Coordinator;

/**
 * The kernel of one node and the ways to and from it, shared by all services. Its parts have thread
 * rules of their own: the coordinator, the dispatch, the streams and the joins are confined to the
 * kernel's loop.
 *
 * @param coordinator the kernel
 * @param kernel the way in
 * @param dispatch the way out to streams
 * @param streams open streams
 * @param begins begins, joined by request id
 * @param waitingCalls unary calls that wait, by connection
 * @param loops event loops
 * @param outboxes outboxes of the loops
 * @param outboxLimits bounds of each stream
 * @param waitingBeginsMax begins of one host stream that wait for their answer
 * @param gatewayLimits bounds of each gateway
 * @param gateways open gateways
 * @param messageBytesMax bytes of one message of a client
 * @param drain whether new sessions are taken
 */
record Node(
    Coordinator coordinator,
    KernelLoop kernel,
    Dispatch dispatch,
    OpenStreams streams,
    Begins begins,
    WaitingCalls waitingCalls,
    Loops loops,
    LoopOutboxes outboxes,
    StreamOutbox.Limits outboxLimits,
    int waitingBeginsMax,
    GatewayStream.Limits gatewayLimits,
    OpenGateways gateways,
    int messageBytesMax,
    DrainState drain) {}
