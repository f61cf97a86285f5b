/**
 * Real pages that an emulated host and its devices share: one mapped file with frames, the record
 * of retired versions, and the host's page tables.
 *
 * <p>Start at {@link io.svmcoord.loadtest.memory.SharedMemory}. Knows nothing of the coordinator:
 * may depend on the JDK only.
 */
@NullMarked
package io.svmcoord.loadtest.memory;

import org.jspecify.annotations.NullMarked;
