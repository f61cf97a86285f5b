package io.svmcoord.loadtest.peers;

import java.util.List;

/**
 * Something that svm does, beside the least that its transport takes for it. Immutable.
 *
 * @param operation what it is, for people
 * @param system how svm does it
 * @param baseline what it is divided by
 * @param devices numbers of devices, one cell each
 * @param outstanding operations at once, one cell each
 */
record Comparison(
    String operation,
    String system,
    String baseline,
    List<Integer> devices,
    List<Integer> outstanding) {
  private static final List<Integer> OUTSTANDING = List.of(1, 16);
  private static final List<Integer> NO_DEVICES = List.of(0);

  /** All that need no server of others. */
  static List<Comparison> all(List<Integer> devices) {
    return List.of(
        new Comparison("acked fan-out", "svm", "grpc-relay", devices, OUTSTANDING),
        new Comparison("begin, nobody hit: stream", "svm", "grpc-echo", NO_DEVICES, OUTSTANDING),
        new Comparison(
            "begin + end, nobody hit: unary", "svm-calls", "grpc-calls", NO_DEVICES, OUTSTANDING),
        new Comparison(
            "read_begin + read_retry: unary", "svm-reads", "grpc-calls", NO_DEVICES, OUTSTANDING));
  }
}
