package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;

/** What a processor keeps in order. */
sealed interface Ordering {

  /** The keys of an event; none: it is ordered with everything. */
  List<OrderingKey> keysOf(RecordedEvent event);

  /** Whether events that have no key in common may be handled at the same time. */
  default boolean isParallel() {
    return false;
  }

  /** As it stands beside checkpoints. */
  default String text() {
    return "";
  }

  /** One lane; what an event is about is blocked when it cannot be handled. */
  record BySubject() implements Ordering {
    @Override
    public List<OrderingKey> keysOf(RecordedEvent event) {
      return List.of(new OrderingKey(event.tenant(), event.subject()));
    }
  }

  /** One lane, which stops when an event cannot be handled. */
  record Total() implements Ordering {
    @Override
    public List<OrderingKey> keysOf(RecordedEvent event) {
      return List.of();
    }
  }

  /** Many lanes. */
  record ByTag(String tag) implements Ordering {
    @Override
    public List<OrderingKey> keysOf(RecordedEvent event) {
      List<OrderingKey> keys = new ArrayList<>(1);
      for (TagValue value : event.tags()) {
        if (value.name().equals(tag)) {
          keys.add(new OrderingKey(event.tenant(), value));
        }
      }
      return keys.isEmpty() ? List.of(new OrderingKey(event.tenant(), null)) : keys;
    }

    @Override
    public boolean isParallel() {
      return true;
    }

    @Override
    public String text() {
      return "tag:" + tag;
    }
  }
}
