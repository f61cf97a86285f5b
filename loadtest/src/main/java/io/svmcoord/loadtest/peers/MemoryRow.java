package io.svmcoord.loadtest.peers;

import org.jspecify.annotations.Nullable;

/**
 * What one more of something takes in a server. Immutable.
 *
 * @param system whose server it is
 * @param of what it is one more of
 * @param count how many were weighed together
 * @param connections TCP connections that they have, all together
 * @param heapBytes of heap for each, after full collections
 * @param directBytes of memory for buffers outside the heap for each
 * @param heapRatio heap over that of a bare gRPC stream of the same number and round; null where
 *     there is none to compare with
 */
public record MemoryRow(
    String system,
    String of,
    int count,
    int connections,
    Spread heapBytes,
    Spread directBytes,
    @Nullable Spread heapRatio) {}
