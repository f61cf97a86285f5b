/**
 * The contract's value types: what a range of addresses is and how ranges are compared, held and
 * looked up. Coordinator and devices use exactly these. Pure: depends on {@code java.*} and
 * annotations alone.
 */
@NullMarked
package io.svmcoord.range;

import org.jspecify.annotations.NullMarked;
