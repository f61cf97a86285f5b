/**
 * The interval index and the last-invalidated map beside what might do their work instead. Start
 * with {@code Structure} and {@code IntervalIndexBenchmark}; every structure here is held against a
 * scan by {@code IntervalIndexesTest}. ADR 0008 has what came of it.
 */
@NullMarked
package io.svmcoord.loadtest.bench.index;

import org.jspecify.annotations.NullMarked;
