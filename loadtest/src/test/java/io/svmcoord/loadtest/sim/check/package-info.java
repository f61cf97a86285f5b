/** Tests of the checkers: histories that keep a promise and histories that break it. */
@NullMarked
package io.svmcoord.loadtest.sim.check;

import org.jspecify.annotations.NullMarked;
