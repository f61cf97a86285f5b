/**
 * The {@code svm} command line, emulated hosts and devices, and load scenarios. The only place that
 * sees both the client and the server.
 */
@NullMarked
package io.svmcoord.loadtest;

import org.jspecify.annotations.NullMarked;
