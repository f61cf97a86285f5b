package io.svmcoord.range;

/**
 * Told of the intervals that overlap a range, one by one. Keep one and use it again where a query
 * must not allocate.
 */
@FunctionalInterface
public interface OverlapVisitor {
  /**
   * An interval that overlaps the range asked for.
   *
   * @param slot the handle that its insert returned
   * @param value the value given with its insert
   * @return whether to go on; false ends the visit
   */
  boolean visit(int slot, int value);
}
