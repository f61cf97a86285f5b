package io.svmcoord.loadtest.peers;

import org.jspecify.annotations.Nullable;

/**
 * One coordinator of those that have more and more of something. Immutable.
 *
 * @param growth what it has more of than others
 * @param value how many of it
 * @param marginalRatio where devices grow: what each device more adds to the p50, over what each
 *     added a step before; 1 on a straight line; null without two steps before
 * @param figures of one operation at once; the ratios are to the smallest value of the same round
 */
public record GrowthRow(
    Growth growth, int value, @Nullable Spread marginalRatio, PeersRow figures) {}
