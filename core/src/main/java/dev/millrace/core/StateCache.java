package dev.millrace.core;

import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Recent states with their positions; the least recently used go first. A missing or outdated entry
 * costs a read, never a wrong decision: the store checks the condition. Safe for use from many
 * threads.
 */
final class StateCache {
  /** Most states kept unless said otherwise. */
  static final int DEFAULT_CAPACITY = 100_000;

  private static final int STRIPES = 16;

  private final Stripe[] stripes = new Stripe[STRIPES];

  /** Which state. */
  record Key(ViewReader view, Tenant tenant, TagValue tag) {
    int stripe() {
      int hash = tag.hashCode() * 31 + tenant.hashCode();
      return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }
  }

  /**
   * A state.
   *
   * @param position every event up to and including this one has been folded
   * @param snapshotPosition position of the newest snapshot known; 0: none
   * @param eventsSinceSnapshot how many events have been folded since
   * @param firstSinceSnapshotMillis time of the first of them, since the epoch
   */
  record Cached(
      Object state,
      long position,
      long snapshotPosition,
      int eventsSinceSnapshot,
      long firstSinceSnapshotMillis) {}

  private static final class Stripe {
    final ReentrantLock lock = new ReentrantLock();
    final LinkedHashMap<Key, Cached> entries;

    Stripe(int capacity) {
      entries =
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Cached> eldest) {
              return size() > capacity;
            }
          };
    }
  }

  StateCache(int capacity) {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe(Math.max(1, capacity / STRIPES));
    }
  }

  @Nullable Cached get(Key key) {
    Stripe stripe = stripes[key.stripe()];
    stripe.lock.lock();
    try {
      return stripe.entries.get(key);
    } finally {
      stripe.lock.unlock();
    }
  }

  /** Keeps a state unless a newer one is there. */
  void put(Key key, Cached entry) {
    Stripe stripe = stripes[key.stripe()];
    stripe.lock.lock();
    try {
      stripe.entries.merge(
          key, entry, (old, next) -> next.position() >= old.position() ? next : old);
    } finally {
      stripe.lock.unlock();
    }
  }
}
