package io.svmcoord.client;

/** The clocks; the only place where the SDK reads them. Thread-safe. */
interface TimeSource {
  /** The machine's clocks. */
  TimeSource SYSTEM =
      new TimeSource() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long wallMillis() {
          return System.currentTimeMillis();
        }
      };

  /** Monotonic time; compare by difference. */
  long nanos();

  /** Wall clock time since 1970. */
  long wallMillis();
}
