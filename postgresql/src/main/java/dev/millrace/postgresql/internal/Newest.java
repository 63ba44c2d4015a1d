package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.TagValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest positions of some events by tag and by type, whoever's they are. For one thread. */
final class Newest {
  private final Map<TagValue, Long> byTag = new HashMap<>();
  private final Map<String, Long> byType = new HashMap<>();

  void add(long position, String type, List<TagValue> tags) {
    byType.put(type, position);
    for (TagValue tag : tags) {
      byTag.put(tag, position);
    }
  }

  /** Forgets an event, if it is the newest of its kind. */
  void remove(long position, String type, List<TagValue> tags) {
    byType.remove(type, position);
    for (TagValue tag : tags) {
      byTag.remove(tag, position);
    }
  }

  void clear() {
    byTag.clear();
    byType.clear();
  }

  /** No event after this position matches; 0: none at all. There need not be one at it. */
  long bound(Query query) {
    if (query.anyOf().isEmpty()) {
      return Long.MAX_VALUE;
    }
    long bound = 0;
    for (Criterion criterion : query.anyOf()) {
      bound = Math.max(bound, bound(criterion));
    }
    return bound;
  }

  private long bound(Criterion criterion) {
    long bound = Long.MAX_VALUE;
    for (TagValue tag : criterion.allOf()) {
      bound = Math.min(bound, byTag.getOrDefault(tag, 0L));
    }
    if (bound == 0 || criterion.types().isEmpty()) {
      return bound;
    }
    long ofTypes = 0;
    for (String type : criterion.types()) {
      ofTypes = Math.max(ofTypes, byType.getOrDefault(type, 0L));
    }
    return Math.min(bound, ofTypes);
  }
}
