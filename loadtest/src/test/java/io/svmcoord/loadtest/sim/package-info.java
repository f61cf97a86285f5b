/** What the tests of the simulator share. */
@NullMarked
package io.svmcoord.loadtest.sim;

import org.jspecify.annotations.NullMarked;
