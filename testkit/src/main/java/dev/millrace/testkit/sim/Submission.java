package dev.millrace.testkit.sim;

/** Decides when a submitted disk operation takes effect and completes. */
@FunctionalInterface
public interface Submission {
  /** At once, on the thread that submits. */
  Submission INLINE = (call, operation) -> operation.run();

  /**
   * Takes an operation over; it must be run exactly once, and not under a lock that the completion
   * might need.
   */
  void submit(DiskCall call, Runnable operation);

  /** When the scheduler picks it. */
  static Submission scheduled(SimScheduler scheduler) {
    return (call, operation) -> scheduler.submit(call.kind() + " " + call.path(), operation);
  }
}
