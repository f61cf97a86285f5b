/**
 * The tests of Linux's {@code tools/testing/selftests/mm/hmm-tests.c}, each with the same name,
 * against a real coordinator. Start at {@link io.svmcoord.loadtest.hmm.HmmMachine}: a process with
 * a mapping table ({@code mm_struct}), devices with mirrors of it ({@code lib/test_hmm.c}), and
 * frames in shared memory that both really read and write. May depend on everything; nothing
 * depends on it.
 */
@NullMarked
package io.svmcoord.loadtest.hmm;

import org.jspecify.annotations.NullMarked;
