package io.svmcoord.loadtest.peers;

/**
 * svm in one cell. Immutable.
 *
 * @param operation what was done
 * @param baseline what the ratios are taken against
 * @param figures of svm
 */
public record BenchRow(String operation, String baseline, PeersRow figures) {}
