/**
 * svm as one of the systems: the coordinator as {@code svm serve} runs it, and clients that speak
 * its contract with as little code as those of the other systems. May depend on {@code load} and
 * the generated contract.
 */
@NullMarked
package io.svmcoord.loadtest.peers.svm;

import org.jspecify.annotations.NullMarked;
