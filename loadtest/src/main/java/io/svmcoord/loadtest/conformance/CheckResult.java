package io.svmcoord.loadtest.conformance;

/**
 * One check of a finished run. Immutable.
 *
 * @param name of the check
 * @param promise that it is about, and the race if there is one
 * @param result how it came out
 * @param seen what the device did, or why the check was skipped
 */
public record CheckResult(String name, String promise, Result result, String seen) {}
