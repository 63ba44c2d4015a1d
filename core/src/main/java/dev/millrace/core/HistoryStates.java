package dev.millrace.core;

import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The states with which pages of histories ended, so that the page after one need not fold what
 * that has folded. The entities that were looked at least recently go first. Safe for use from many
 * threads.
 */
final class HistoryStates {
  static final int MAX_ENTITIES = 64;

  /** Most pages of an entity: the first ones go first. */
  static final int MAX_PAGES = 16;

  private record Entity(Tenant tenant, TagValue tag) {}

  private final Map<Entity, NavigableMap<Long, Map<String, Object>>> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<Entity, NavigableMap<Long, Map<String, Object>>> eldest) {
          return size() > MAX_ENTITIES;
        }
      };

  /** The states, by view, at the last position up to a given one that is known; null: none is. */
  synchronized Map.@Nullable Entry<Long, Map<String, Object>> upTo(
      Tenant tenant, TagValue tag, long position) {
    NavigableMap<Long, Map<String, Object>> known = pages.get(new Entity(tenant, tag));
    return known == null ? null : known.floorEntry(position);
  }

  synchronized void put(Tenant tenant, TagValue tag, long position, Map<String, Object> states) {
    NavigableMap<Long, Map<String, Object>> known =
        pages.computeIfAbsent(new Entity(tenant, tag), unknown -> new TreeMap<>());
    known.put(position, Map.copyOf(states));
    if (known.size() > MAX_PAGES) {
      known.pollFirstEntry();
    }
  }
}
