/**
 * How a run speaks at its end: tables for people ({@link TextTable}), one line of JSON for scripts
 * ({@link Json}), and {@link RunFailure} for a run that could not be made. Depends on nothing else
 * here.
 */
@NullMarked
package io.svmcoord.loadtest.report;

import org.jspecify.annotations.NullMarked;
