package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.TagValue;

/** In which slot a key is. */
final class KeySlots {
  /** How many there are; stands in read models, and must never change. */
  static final int SLOTS = 1_024;

  /** Into so many shares several processes divide them. */
  static final int SHARES = 64;

  private static final int SLOTS_OF_SHARE = SLOTS / SHARES;

  private KeySlots() {}

  /** In which share a slot is. */
  static int shareOf(int slot) {
    return slot / SLOTS_OF_SHARE;
  }

  /** Stands in read models: it must never change. The hash of a text is part of Java. */
  static int slotOf(OrderingKey key) {
    TagValue tag = key.tag();
    int hash = key.tenant().name().hashCode();
    if (tag != null) {
      hash = 31 * (31 * hash + tag.name().hashCode()) + tag.value().hashCode();
    }
    hash ^= hash >>> 16; // the finish of MurmurHash3: near texts come to far slots
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    hash *= 0xc2b2ae35;
    hash ^= hash >>> 16;
    return hash & (SLOTS - 1);
  }
}
