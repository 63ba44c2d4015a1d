package dev.millrace.core.store;

import java.util.UUID;

/**
 * Which history a position belongs to. A position means something only together with this: a
 * restore or a failover that lost events starts a new epoch.
 *
 * @param id the store's id, drawn when it is created
 * @param epoch the history epoch, from 1
 */
public record StoreIdentity(UUID id, long epoch) {
  public StoreIdentity {
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch must be at least 1: " + epoch);
    }
  }

  @Override
  public String toString() {
    return id + "/" + epoch;
  }
}
