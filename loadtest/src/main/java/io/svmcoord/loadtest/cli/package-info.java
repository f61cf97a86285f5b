/**
 * The commands of {@code svm}, one class each: they read options, call the package that does the
 * work ({@code load}, {@code demo}, {@code emulator}) and print what it found. {@link
 * CommandErrors} decides exit codes. Start at {@code io.svmcoord.loadtest.SvmCommand}.
 */
@NullMarked
package io.svmcoord.loadtest.cli;

import org.jspecify.annotations.NullMarked;
