package io.svmcoord.loadtest.demo;

/**
 * Who plays a role, and where: so that a person can look at it, or kill it. Immutable.
 *
 * @param role coordinator, host, devices or mappers
 * @param pid of its process
 * @param at where it listens, or what it is made of
 */
public record RolePlace(String role, long pid, String at) {}
