/**
 * Other processes of this program: {@link ChildProcess} starts one, reads what it prints and always
 * ends it; {@link ParentWatch} is the child's half, which ends a child whose parent is gone. May
 * depend on {@code report} alone.
 */
@NullMarked
package io.svmcoord.loadtest.process;

import org.jspecify.annotations.NullMarked;
