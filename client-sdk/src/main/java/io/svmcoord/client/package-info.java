/**
 * The Java client of the coordinator, for hosts, devices and mappers. Start at {@link
 * io.svmcoord.client.SvmClient}; the fault loop is in {@code FaultLoop}, what makes it sound in
 * {@code MirrorState} and {@code MirrorRules}, the lease in {@code LeaseClock}, the life of a
 * session in {@code SessionKeeper}. Depends on the contract ({@code svm-proto}) and gRPC, never on
 * the server.
 */
@NullMarked
package io.svmcoord.client;

import org.jspecify.annotations.NullMarked;
