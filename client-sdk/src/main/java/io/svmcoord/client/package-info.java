/**
 * The Java client of the coordinator, for hosts, devices and mappers. Depends on the contract
 * ({@code svm-proto}) and gRPC, never on the server.
 */
@NullMarked
package io.svmcoord.client;

import org.jspecify.annotations.NullMarked;
