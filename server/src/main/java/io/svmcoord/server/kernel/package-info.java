/**
 * The coordinator's rules as pure state machines: no I/O, no threads, no clock; time is a
 * parameter. Depends on {@code java.*}, {@code io.svmcoord.range} and annotations alone.
 */
@NullMarked
package io.svmcoord.server.kernel;

import org.jspecify.annotations.NullMarked;
