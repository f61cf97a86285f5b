/**
 * Four devices as a user would write them, after four drivers of the kernel: {@link
 * io.svmcoord.client.examples.FaultingMirror} (begin there), {@link
 * io.svmcoord.client.examples.ChunkedMirror}, {@link io.svmcoord.client.examples.RegistrationCache}
 * and {@link io.svmcoord.client.examples.JobMirror}. Depends on the public API alone: that is what
 * being in a package of its own is for.
 */
@NullMarked
package io.svmcoord.client.examples;

import org.jspecify.annotations.NullMarked;
