package dev.millrace.core.lease;

import java.util.List;

/**
 * What becomes of a table of leases.
 *
 * @param released leases of the member that are free from now on
 * @param taken what it holds from now on, each with an epoch that is higher than before
 */
public record LeaseChange(List<LeaseKey> released, List<Taken> taken) {
  /** A lease that is taken. */
  public record Taken(LeaseKey key, long epoch) {}

  /** Nothing. */
  public static final LeaseChange NONE = new LeaseChange(List.of(), List.of());

  public LeaseChange {
    released = List.copyOf(released);
    taken = List.copyOf(taken);
  }
}
