package dev.millrace.log.internal;

/** A set of 64-bit hashes, 11 to 22 bytes each. */
final class HashSet64 {
  private long[] slots = new long[64];
  private int size;
  private boolean zero; // 0 is an empty slot

  int size() {
    return size;
  }

  /** Adds a hash; false when it was there. */
  boolean add(long hash) {
    if (hash == 0) {
      boolean added = !zero;
      zero = true;
      size += added ? 1 : 0;
      return added;
    }
    if (size >= slots.length - (slots.length >>> 2)) {
      long[] old = slots;
      slots = new long[old.length * 2];
      for (long one : old) {
        if (one != 0) {
          put(one);
        }
      }
    }
    boolean added = put(hash);
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
