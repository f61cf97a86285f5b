package io.svmcoord.loadtest.cli;

/** How a command prints what it found. */
enum OutputFormat {
  /** For people. */
  TABLE,
  /** For scripts: one line, snake_case. */
  JSON
}
