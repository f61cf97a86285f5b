/**
 * Processes of this program: {@link ChildProcess} starts one, reads what it prints and always ends
 * it; {@link CoordinatorProcess} and {@link RoleProcess} are those that serve and that play a role;
 * {@link Termination} is how a process learns that it should stop, from its parent or from the
 * system. Of this module it may depend on {@code report} alone.
 */
@NullMarked
package io.svmcoord.loadtest.process;

import org.jspecify.annotations.NullMarked;
