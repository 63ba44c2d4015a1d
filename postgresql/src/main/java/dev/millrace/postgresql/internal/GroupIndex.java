package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;

/** The events that a group has taken so far, by tag and by type. For one thread. */
final class GroupIndex {
  private final List<Taken> taken = new ArrayList<>();
  private final Newest newest = new Newest();

  private record Taken(long position, Tenant tenant, NewEvent event) {}

  void add(long position, Tenant tenant, NewEvent event) {
    taken.add(new Taken(position, tenant, event));
    newest.add(position, event.type(), event.tags());
  }

  /** The newest event that a condition forbids; 0: none. */
  long newestMatch(AppendCondition condition) {
    Query boundary = condition.failIfMatches();
    if (boundary == null || taken.isEmpty() || newest.bound(boundary) <= condition.after()) {
      return 0;
    }
    for (int i = taken.size() - 1; i >= 0; i--) {
      Taken one = taken.get(i);
      if (one.position() <= condition.after()) {
        return 0;
      }
      if (boundary.matches(one.tenant(), one.event().type(), one.event().tags())) {
        return one.position();
      }
    }
    return 0;
  }
}
