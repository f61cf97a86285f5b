package io.svmcoord.loadtest.report;

import java.util.Optional;

/** The report of a run that has found something wrong, or has not. */
public interface Judged {
  /** What is wrong, in words; empty when all is well. */
  Optional<String> fault();

  /** The report for people. */
  String table();
}
