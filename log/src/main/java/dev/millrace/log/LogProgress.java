package dev.millrace.log;

/** Is told how far a long work on a store's files is, and may end it. */
@FunctionalInterface
public interface LogProgress {
  /** Tells nobody. */
  LogProgress NONE = (done, total) -> {};

  /**
   * Called now and then, on the thread that works.
   *
   * @param done bytes that have been looked at
   * @param total bytes in all
   */
  void at(long done, long total);

  /** Whether to go on; if not, the work ends with an exception, and what it made is left. */
  default boolean goesOn() {
    return true;
  }
}
