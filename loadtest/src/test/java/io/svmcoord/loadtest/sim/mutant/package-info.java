/**
 * Rules of the product switched off one at a time, to show that the simulator's checkers notice.
 *
 * <p>Start at {@link io.svmcoord.loadtest.sim.mutant.Mutant}: a rule, the promises that depend on
 * it, and how its class files are rewritten. {@link io.svmcoord.loadtest.sim.mutant.MutatedClasses}
 * defines the product anew with that done. The product knows nothing of it. A rewrite that finds
 * nothing to change fails and names it: a mutant can't quietly become the product itself.
 */
@NullMarked
package io.svmcoord.loadtest.sim.mutant;

import org.jspecify.annotations.NullMarked;
