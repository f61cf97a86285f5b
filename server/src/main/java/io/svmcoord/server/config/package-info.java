/**
 * The server's configuration: one immutable record, read from flags, environment, a YAML file and
 * defaults. Start at {@link io.svmcoord.server.config.ServerConfig}. Depends on no other package of
 * the server but the kernel's plain configuration records.
 */
@NullMarked
package io.svmcoord.server.config;

import org.jspecify.annotations.NullMarked;
