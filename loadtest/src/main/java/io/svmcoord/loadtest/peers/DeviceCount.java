package io.svmcoord.loadtest.peers;

/**
 * What the devices of a system say of themselves.
 *
 * @param devices how many are connected
 * @param acks that they sent until now
 */
record DeviceCount(int devices, long acks) {
  /**
   * So many are to be connected.
   *
   * @param devices how many, not fewer than before
   */
  record Order(int devices) {}
}
