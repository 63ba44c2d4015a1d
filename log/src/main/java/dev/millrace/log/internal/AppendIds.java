package dev.millrace.log.internal;

import java.util.function.IntPredicate;

/**
 * Append ids in memory: hash of the id → ordinal of the append's first event. One thread adds, any
 * reads; several ids may share a hash. Readers may miss, or see, what is newer than the head that
 * they read with.
 */
final class AppendIds {
  private volatile Table table = new Table(1 << 10);
  private int size;

  private static final class Table {
    final long[] hashes;
    final int[] firstEvents; // ordinal + 1; 0: not there yet

    Table(int capacity) {
      hashes = new long[capacity];
      firstEvents = new int[capacity];
    }

    boolean isFull(int size) {
      return size >= hashes.length - (hashes.length >>> 2);
    }

    void add(long hash, int entry) {
      int mask = hashes.length - 1;
      int slot = (int) hash & mask;
      while (hashes[slot] != 0) {
        slot = slot + 1 & mask;
      }
      firstEvents[slot] = entry;
      hashes[slot] = hash;
    }
  }

  int size() {
    return size;
  }

  /** Makes room for a number of ids, while there is none. */
  void expect(int ids) {
    while (size == 0 && table.isFull(ids)) {
      table = new Table(table.hashes.length * 2);
    }
  }

  void add(long idHash, int firstEvent) {
    Table current = table;
    if (current.isFull(size)) {
      Table grown = new Table(current.hashes.length * 2);
      for (int i = 0; i < current.hashes.length; i++) {
        if (current.hashes[i] != 0) {
          grown.add(current.hashes[i], current.firstEvents[i]);
        }
      }
      current = grown;
      table = grown;
    }
    current.add(key(idHash), firstEvent + 1);
    size++;
  }

  boolean find(long idHash, IntPredicate firstEvent) {
    Table current = table;
    long hash = key(idHash);
    int mask = current.hashes.length - 1;
    for (int slot = (int) hash & mask; current.hashes[slot] != 0; slot = slot + 1 & mask) {
      if (current.hashes[slot] == hash
          && current.firstEvents[slot] != 0
          && firstEvent.test(current.firstEvents[slot] - 1)) {
        return true;
      }
    }
    return false;
  }

  /** Shows every entry, in no order. */
  void forEach(Visitor visitor) {
    Table current = table;
    for (int i = 0; i < current.hashes.length; i++) {
      if (current.hashes[i] != 0) {
        visitor.append(current.hashes[i], current.firstEvents[i] - 1);
      }
    }
  }

  /** Sees an append. */
  interface Visitor {
    void append(long hash, int firstEvent);
  }

  private static long key(long idHash) {
    return idHash == 0 ? 1 : idHash;
  }
}
