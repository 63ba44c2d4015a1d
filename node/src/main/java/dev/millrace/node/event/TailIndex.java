package dev.millrace.node.event;

import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which tails an event may concern: by the first tag that a tail asks for, else by its types, else
 * all. An event is looked up a few times, however many tails wait. Used under its owner's lock.
 *
 * @param <T> what waits
 */
final class TailIndex<T> {
  private final Map<TagValue, Set<T>> byTag = new HashMap<>();
  private final Map<String, Set<T>> byType = new HashMap<>();
  private final Set<T> everything = new HashSet<>();

  void add(EventFilter filter, T tail) {
    if (!filter.tags().isEmpty()) {
      byTag.computeIfAbsent(filter.tags().get(0), first -> new HashSet<>()).add(tail);
    } else if (filter.types().isEmpty()) {
      everything.add(tail);
    } else {
      for (String type : filter.types()) {
        byType.computeIfAbsent(type, first -> new HashSet<>()).add(tail);
      }
    }
  }

  void remove(EventFilter filter, T tail) {
    everything.remove(tail);
    for (TagValue tag : filter.tags()) {
      removeFrom(byTag, tag, tail);
    }
    for (String type : filter.types()) {
      removeFrom(byType, type, tail);
    }
  }

  private static <K, T> void removeFrom(Map<K, Set<T>> map, K key, T tail) {
    Set<T> tails = map.get(key);
    if (tails != null) {
      tails.remove(tail);
      if (tails.isEmpty()) {
        map.remove(key);
      }
    }
  }

  boolean isEmpty() {
    return byTag.isEmpty() && byType.isEmpty() && everything.isEmpty();
  }

  /** Adds the tails that events may concern. */
  void collect(List<RecordedEvent> events, Set<T> concerned) {
    if (!events.isEmpty()) {
      concerned.addAll(everything);
    }
    for (RecordedEvent event : events) {
      Set<T> ofType = byType.get(event.type());
      if (ofType != null) {
        concerned.addAll(ofType);
      }
      if (!byTag.isEmpty()) {
        for (TagValue tag : event.tags()) {
          concerned.addAll(byTag.getOrDefault(tag, Set.of()));
        }
      }
    }
  }

  /** All of them. */
  void each(Consumer<T> action) {
    everything.forEach(action);
    byTag.values().forEach(tails -> tails.forEach(action));
    byType.values().forEach(tails -> tails.forEach(action));
  }
}
