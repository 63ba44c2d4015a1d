package dev.millrace.core.lease;

import java.util.List;
import java.util.UUID;

/**
 * A process that shares the work.
 *
 * @param id of this start of it
 * @param name for people
 * @param hosts the processors that it can run
 */
public record Member(UUID id, String name, List<Hosting> hosts) {
  public Member {
    hosts = List.copyOf(hosts);
  }
}
