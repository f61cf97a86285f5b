/**
 * The {@code svm} command line, emulated hosts and devices, load scenarios, and the simulator. The
 * only place that sees both the client and the server.
 */
@NullMarked
package io.svmcoord.loadtest;

import org.jspecify.annotations.NullMarked;
