/**
 * Holds README and docs against the product: links lead somewhere, examples compile and run. Start
 * at {@link io.svmcoord.loadtest.docs.Documents}. May depend on everything.
 */
@NullMarked
package io.svmcoord.loadtest.docs;

import org.jspecify.annotations.NullMarked;
