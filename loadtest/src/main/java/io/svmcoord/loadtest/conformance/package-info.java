/**
 * The proof for devices that others wrote: {@link Conformance} is a coordinator that follows a
 * script, plays every race against a device program and reports which promises it breaks. Begin
 * with {@link Stage}, in whose words the scripts speak, then {@link ReadChecks}; {@link Scene} is
 * what was seen, and judges it. May depend on {@code report}, the generated contract, its value
 * types and gRPC; on neither the SDK nor the server, whose mistakes it would share.
 */
@NullMarked
package io.svmcoord.loadtest.conformance;

import org.jspecify.annotations.NullMarked;
