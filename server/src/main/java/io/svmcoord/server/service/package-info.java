/**
 * The gRPC services: they translate, call the kernel on its loop, and write its effects to streams.
 * No rule of the coordinator lives here. Start at {@link io.svmcoord.server.service.Services} and
 * {@link io.svmcoord.server.service.KernelLoop}. Depends on the kernel, the generated contract and
 * gRPC, not on Netty.
 */
@NullMarked
package io.svmcoord.server.service;

import org.jspecify.annotations.NullMarked;
