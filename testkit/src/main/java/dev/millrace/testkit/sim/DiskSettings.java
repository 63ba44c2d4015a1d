package dev.millrace.testkit.sim;

/**
 * How a simulated disk behaves.
 *
 * @param seed of what it chooses by itself: how much of a short write is written, what a failed
 *     sync forgets
 * @param submission when writes and syncs take effect
 * @param faults what goes wrong, and where
 * @param capacityBytes how much all files together may hold
 * @param flips whether a power failure may also flip a bit of what was not synced
 */
public record DiskSettings(
    long seed, Submission submission, FaultPlan faults, long capacityBytes, boolean flips) {
  /** Completes everything at once; nothing goes wrong; endless. */
  public static final DiskSettings PLAIN =
      new DiskSettings(0, Submission.INLINE, FaultPlan.NONE, Long.MAX_VALUE, false);

  /** The same with another seed. */
  public DiskSettings seed(long seed) {
    return new DiskSettings(seed, submission, faults, capacityBytes, flips);
  }

  /** The same with another way of completion. */
  public DiskSettings submission(Submission submission) {
    return new DiskSettings(seed, submission, faults, capacityBytes, flips);
  }

  /** The same with other faults. */
  public DiskSettings faults(FaultPlan faults) {
    return new DiskSettings(seed, submission, faults, capacityBytes, flips);
  }

  /** The same with another capacity. */
  public DiskSettings capacityBytes(long capacityBytes) {
    return new DiskSettings(seed, submission, faults, capacityBytes, flips);
  }

  /** The same, where a power failure may flip bits. */
  public DiskSettings withFlips() {
    return new DiskSettings(seed, submission, faults, capacityBytes, true);
  }
}
