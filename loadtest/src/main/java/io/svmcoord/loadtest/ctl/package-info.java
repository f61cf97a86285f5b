/**
 * What {@code svm ctl} asks a coordinator and how the answers look in tables and JSON. Start at
 * {@link Coordinator}, one method for each question; the records are the rows. May depend on {@code
 * report}, the generated contract and gRPC; not on the SDK.
 */
@NullMarked
package io.svmcoord.loadtest.ctl;

import org.jspecify.annotations.NullMarked;
