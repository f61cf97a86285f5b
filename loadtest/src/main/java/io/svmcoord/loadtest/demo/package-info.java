/**
 * The demonstration: a coordinator, a host, devices and mappers at work, and the proof that no
 * device saw a stale page. Start at {@link DemoRun}; {@link DemoRoles} is who plays, in this
 * process ({@link EmbeddedRoles}) or each role in a process of its own ({@link ProcessRoles}). May
 * depend on {@code emulator}, {@code process}, {@code ctl}, {@code report} and the server.
 */
@NullMarked
package io.svmcoord.loadtest.demo;

import org.jspecify.annotations.NullMarked;
