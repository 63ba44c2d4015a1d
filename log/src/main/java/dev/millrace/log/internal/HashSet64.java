package dev.millrace.log.internal;

/** A set of 64-bit hashes, 11 to 22 bytes each. */
final class HashSet64 {
  private long[] slots = new long[1 << 12];
  private int size;

  int size() {
    return size;
  }

  /** Adds a hash; false when it was there. */
  boolean add(long hash) {
    long value = hash == 0 ? 1 : hash;
    if (size >= slots.length - (slots.length >>> 2)) {
      long[] old = slots;
      slots = new long[old.length * 2];
      for (long one : old) {
        if (one != 0) {
          put(one);
        }
      }
    }
    boolean added = put(value);
    size += added ? 1 : 0;
    return added;
  }

  private boolean put(long value) {
    int mask = slots.length - 1;
    int slot = (int) (value ^ value >>> 32) & mask;
    while (slots[slot] != 0) {
      if (slots[slot] == value) {
        return false;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = value;
    return true;
  }
}
