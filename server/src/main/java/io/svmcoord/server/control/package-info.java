/**
 * What has to outlive or precede the kernel's memory: its incarnation and epoch, its spaces, who
 * may still hold a lease, and the keys of sessions. Start at {@link
 * io.svmcoord.server.control.ControlStore}. Depends on the kernel's values.
 */
@NullMarked
package io.svmcoord.server.control;

import org.jspecify.annotations.NullMarked;
