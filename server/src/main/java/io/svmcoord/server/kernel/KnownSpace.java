package io.svmcoord.server.kernel;

/**
 * An address space as it outlives the coordinator. Immutable.
 *
 * @param id its id
 * @param name its name
 * @param pageSizeBytes its page size
 */
public record KnownSpace(long id, String name, long pageSizeBytes) {}
