/**
 * The race catalogue: each race brought about on purpose, through a real coordinator and real
 * mirrors. Start at {@link io.svmcoord.loadtest.races.RaceTest}. Uses the public API of the SDK
 * alone.
 */
@NullMarked
package io.svmcoord.loadtest.races;

import org.jspecify.annotations.NullMarked;
