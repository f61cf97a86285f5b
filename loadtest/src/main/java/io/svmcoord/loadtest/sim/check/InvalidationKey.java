package io.svmcoord.loadtest.sim.check;

/**
 * Names an invalidation over all restarts of the coordinator. Immutable.
 *
 * @param space address space
 * @param epoch epoch of the space; another one after each restart
 * @param sequence the sequence that its begin took
 */
public record InvalidationKey(long space, long epoch, long sequence) {
  @Override
  public String toString() {
    return space + "/" + epoch + "/" + sequence;
  }
}
