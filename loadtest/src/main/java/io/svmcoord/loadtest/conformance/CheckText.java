package io.svmcoord.loadtest.conformance;

/**
 * A check in words. Immutable.
 *
 * @param name in small letters, with dashes
 * @param promise that it is about, and the race if there is one
 * @param played what the coordinator does
 * @param expected what the device has to do
 */
public record CheckText(String name, String promise, String played, String expected) {}
