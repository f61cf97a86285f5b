/**
 * The device program that a conformance run is made with: the reference for those who write theirs.
 * {@link Workers} carries out what the run instructs, which is all that a program needs in addition
 * to its device; {@link ExampleDevice} is the device, with the SDK. May depend on the SDK, {@code
 * report} and the generated contract; not on the run itself, which it meets over the network alone.
 */
@NullMarked
package io.svmcoord.loadtest.conformance.device;

import org.jspecify.annotations.NullMarked;
