/**
 * The conformance run against devices that are known to be right or wrong: {@link RawDevice} speaks
 * the contract without the SDK and makes the {@link Mistake}s that it is told to make.
 */
@NullMarked
package io.svmcoord.loadtest.conformance;

import org.jspecify.annotations.NullMarked;
