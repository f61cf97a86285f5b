/**
 * The server's meters. Names, labels and meanings are in docs/metrics.md. Start at {@link
 * io.svmcoord.server.metrics.KernelMeters}. Depends on the kernel's port for observers and on
 * Micrometer.
 */
@NullMarked
package io.svmcoord.server.metrics;

import org.jspecify.annotations.NullMarked;
