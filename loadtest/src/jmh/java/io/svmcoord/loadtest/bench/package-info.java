/** JMH benchmarks; {@code docs/benchmarks.md} has their results and the command of each. */
@NullMarked
package io.svmcoord.loadtest.bench;

import org.jspecify.annotations.NullMarked;
