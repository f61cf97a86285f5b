package io.svmcoord.loadtest.report;

/**
 * A begin that took longer than was asked to be told of. Immutable.
 *
 * @param startNanos when it was sent, monotonic time of the machine, the same for all processes
 * @param nanos until it was answered or failed
 * @param outcome ok, or the reason of its failure
 */
public record LateBegin(long startNanos, long nanos, String outcome) {}
