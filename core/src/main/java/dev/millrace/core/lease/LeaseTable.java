package dev.millrace.core.lease;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What stands in the table of leases, as of one moment.
 *
 * @param members those whose time is not over, by their ids
 * @param leases those that were ever taken, by their keys; the holder of one may be a member whose
 *     time is over
 */
public record LeaseTable(List<Member> members, List<Lease> leases) {
  public LeaseTable {
    members = List.copyOf(members);
    leases = List.copyOf(leases);
  }

  /** A member by its id. */
  public Optional<Member> member(UUID id) {
    return members.stream().filter(one -> one.id().equals(id)).findFirst();
  }
}
