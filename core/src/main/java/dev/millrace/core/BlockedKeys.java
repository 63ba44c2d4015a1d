package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.RecordedEvent;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The blocked keys of a processor, as they are kept. Used by the steps of one worker. */
final class BlockedKeys {
  private final Ordering ordering;
  private final TreeMap<OrderingKey, BlockedKey> all = new TreeMap<>();

  BlockedKeys(Ordering ordering, Collection<BlockedKey> kept) {
    this.ordering = ordering;
    kept.forEach(one -> all.put(one.key(), one));
  }

  /** Whether an event must wait. */
  boolean isBlocked(RecordedEvent event) {
    if (all.isEmpty()) {
      return false;
    }
    for (OrderingKey key : ordering.keysOf(event)) {
      if (all.containsKey(key)) {
        return true;
      }
    }
    return false;
  }

  /** What was saved is so. */
  void saved(ProgressChange change) {
    change.blocked().forEach(one -> all.put(one.key(), one));
    change.freed().forEach(all::remove);
  }

  @Nullable BlockedKey find(OrderingKey key) {
    return all.get(key);
  }

  @Nullable BlockedKey find(String id) {
    for (BlockedKey one : all.values()) {
      if (one.id().equals(id)) {
        return one;
      }
    }
    return null;
  }

  /** In the order of the keys. */
  List<BlockedKey> all() {
    return List.copyOf(all.values());
  }

  /**
   * The newest event that a key was redriven to, or waits at. Who begins anew must have passed it
   * before it lets a key go: else that event comes to its turn again and blocks the key once more,
   * behind others that wait for it, and nobody takes the first step.
   */
  long furthest() {
    long furthest = 0;
    for (BlockedKey one : all.values()) {
      furthest = Math.max(furthest, one.redriving() ? one.handledTo() : one.handledTo() + 1);
    }
    return furthest;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** How many have a dead letter. */
  int letters() {
    int letters = 0;
    for (BlockedKey one : all.values()) {
      letters += one.letter() == null ? 0 : 1;
    }
    return letters;
  }
}
