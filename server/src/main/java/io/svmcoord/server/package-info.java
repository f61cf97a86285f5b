/**
 * The coordinator as a process. Start with {@code Main}, which wires everything; the rules
 * themselves are in {@link io.svmcoord.server.kernel}. Inside, arrows point one way: kernel, then
 * control and service, then transport, then this package.
 */
@NullMarked
package io.svmcoord.server;

import org.jspecify.annotations.NullMarked;
