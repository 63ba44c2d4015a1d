package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The events that a group has taken so far, by tag and by type. For one thread. */
final class GroupIndex {
  private final List<Taken> taken = new ArrayList<>();
  private final Map<TagValue, Long> newestByTag = new HashMap<>();
  private final Map<String, Long> newestByType = new HashMap<>();

  private record Taken(long position, Tenant tenant, NewEvent event) {}

  void add(long position, Tenant tenant, NewEvent event) {
    taken.add(new Taken(position, tenant, event));
    newestByType.put(event.type(), position);
    for (TagValue tag : event.tags()) {
      newestByTag.put(tag, position);
    }
  }

  /** The newest event that a condition forbids; 0: none. */
  long newestMatch(AppendCondition condition) {
    Query boundary = condition.failIfMatches();
    if (boundary == null || taken.isEmpty() || !mayMatch(boundary, condition.after())) {
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

  private boolean mayMatch(Query boundary, long after) {
    if (boundary.anyOf().isEmpty()) {
      return true;
    }
    for (Criterion criterion : boundary.anyOf()) {
      if (mayMatch(criterion, after)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayMatch(Criterion criterion, long after) {
    for (TagValue tag : criterion.allOf()) {
      if (newestByTag.getOrDefault(tag, 0L) <= after) {
        return false;
      }
    }
    if (criterion.types().isEmpty()) {
      return true;
    }
    for (String type : criterion.types()) {
      if (newestByType.getOrDefault(type, 0L) > after) {
        return true;
      }
    }
    return false;
  }
}
