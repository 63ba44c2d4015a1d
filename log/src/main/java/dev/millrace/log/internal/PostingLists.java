package dev.millrace.log.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Posting lists in memory: key → ordinals, appended by one thread and read by any without a lock.
 *
 * <p>A list is a chain of blocks that double in size up to {@link #LARGEST_BLOCK} and never move:
 * {@code previous, next, capacity, ordinal + 1, ordinal + 1, …}. The first ordinal stands in the
 * table, since most tags of an entity's first event never get a second. Readers may see entries
 * that are newer than the head that they read with; they ignore them. The one pointer through which
 * a reader could run into a half-published block is that to the newest block: it is released after
 * the block is linked.
 */
final class PostingLists {
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int PREVIOUS = 0;
  private static final int NEXT = 1;
  private static final int CAPACITY = 2;
  private static final int VALUES = 3;
  private static final int LARGEST_BLOCK = 1024;

  private final IntLog blocks = new IntLog();
  private volatile Table table = new Table(1 << 10);
  private int size;

  PostingLists() {
    blocks.allocate(1); // 0 means no block
  }

  /** Open addressing with linear probing; key 0 is an empty slot. */
  private static final class Table {
    final long[] keys;
    final int[] first; // ordinal + 1
    final int[] oldestBlock;
    final int[] newestBlock;
    final int[] filled; // of the newest block; only the writer looks

    Table(int capacity) {
      keys = new long[capacity];
      first = new int[capacity];
      oldestBlock = new int[capacity];
      newestBlock = new int[capacity];
      filled = new int[capacity];
    }

    boolean isFull(int size) {
      return size >= keys.length - (keys.length >>> 2);
    }

    int slot(long key) {
      int mask = keys.length - 1;
      int slot = (int) key & mask;
      while (keys[slot] != 0 && keys[slot] != key) {
        slot = slot + 1 & mask;
      }
      return slot;
    }
  }

  int keys() {
    return size;
  }

  /** Makes room for a number of keys, while there is none. */
  void expect(int keys) {
    while (size == 0 && table.isFull(keys)) {
      table = new Table(table.keys.length * 2);
    }
  }

  /** Appends an ordinal, which must not be less than the key's newest; an equal one is left out. */
  void add(long key, int ordinal) {
    Table current = table;
    int slot = current.slot(key);
    if (current.keys[slot] == 0) {
      if (current.isFull(size)) {
        current = grow(current);
        slot = current.slot(key);
      }
      size++;
      current.first[slot] = ordinal + 1;
      current.keys[slot] = key;
    } else if (newest(current, slot) != ordinal) {
      append(current, slot, ordinal);
    }
  }

  private void append(Table current, int slot, int ordinal) {
    int newest = current.newestBlock[slot];
    int filled = current.filled[slot];
    if (newest == 0 || filled == blocks.get(newest + CAPACITY)) {
      int capacity = newest == 0 ? 2 : Math.min(LARGEST_BLOCK, blocks.get(newest + CAPACITY) * 2);
      int block = blocks.allocate(VALUES + capacity);
      blocks.set(block + PREVIOUS, newest);
      blocks.set(block + CAPACITY, capacity);
      blocks.set(block + VALUES, ordinal + 1);
      if (newest == 0) {
        current.oldestBlock[slot] = block;
      } else {
        blocks.setRelease(newest + NEXT, block);
      }
      ELEMENT.setRelease(current.newestBlock, slot, block);
      current.filled[slot] = 1;
    } else {
      blocks.set(newest + VALUES + filled, ordinal + 1);
      current.filled[slot] = filled + 1;
    }
  }

  private int newest(Table current, int slot) {
    int block = current.newestBlock[slot];
    return (block == 0
            ? current.first[slot]
            : blocks.get(block + VALUES + current.filled[slot] - 1))
        - 1;
  }

  private Table grow(Table old) {
    Table grown = new Table(old.keys.length * 2);
    for (int i = 0; i < old.keys.length; i++) {
      if (old.keys[i] != 0) {
        int slot = grown.slot(old.keys[i]);
        grown.first[slot] = old.first[i];
        grown.oldestBlock[slot] = old.oldestBlock[i];
        grown.newestBlock[slot] = old.newestBlock[i];
        grown.filled[slot] = old.filled[i];
        grown.keys[slot] = old.keys[i];
      }
    }
    table = grown;
    return grown;
  }

  /** The newest ordinal of a key; for the writer only. */
  int newest(long key) {
    Table current = table;
    int slot = current.slot(key);
    return current.keys[slot] == 0 ? Postings.NONE : newest(current, slot);
  }

  @Nullable Postings find(long key) {
    Table current = table;
    int slot = current.slot(key);
    if (current.keys[slot] == 0 || current.first[slot] == 0) {
      return null;
    }
    return new Chain(current, slot);
  }

  /**
   * Shows every key with its postings, in no order; for the writer, or when nothing is added any
   * more.
   */
  void forEach(Visitor visitor) {
    Table current = table;
    for (int slot = 0; slot < current.keys.length; slot++) {
      if (current.keys[slot] != 0) {
        visitor.list(current.keys[slot], new Chain(current, slot));
      }
    }
  }

  /** Sees a list. */
  interface Visitor {
    void list(long key, Postings postings);
  }

  /** A reader of one list. */
  private final class Chain implements Postings {
    private final int first;
    private final int oldest;
    private final int newest;
    private int block; // where the last seek ended; 0: nowhere yet

    Chain(Table current, int slot) {
      newest = (int) ELEMENT.getAcquire(current.newestBlock, slot);
      first = current.first[slot] - 1;
      oldest = current.oldestBlock[slot];
    }

    @Override
    public int ceiling(int ordinal) {
      if (ordinal <= first) {
        return first;
      }
      if (block == 0 || value(block, 0) > ordinal) {
        block = oldest;
      }
      while (block != 0) {
        int next = blocks.getAcquire(block + NEXT);
        if (next == 0 || value(next, 0) > ordinal) {
          int at = search(block, ordinal);
          if (at < blocks.get(block + CAPACITY) && value(block, at) != Integer.MAX_VALUE) {
            return value(block, at);
          }
          return next == 0 || value(next, 0) == Integer.MAX_VALUE ? NONE : value(next, 0);
        }
        block = next;
      }
      return NONE;
    }

    @Override
    public int floor(int ordinal) {
      if (block == 0 || value(block, 0) < ordinal) {
        block = newest;
      }
      while (block != 0) {
        if (value(block, 0) <= ordinal) {
          int at = search(block, ordinal);
          boolean exact = at < blocks.get(block + CAPACITY) && value(block, at) == ordinal;
          return exact ? ordinal : value(block, at - 1);
        }
        block = blocks.get(block + PREVIOUS);
      }
      return first <= ordinal ? first : NONE;
    }

    /**
     * Index in the block of the first value at or after an ordinal; what is not filled is infinite.
     */
    private int search(int in, int ordinal) {
      int low = 0;
      int high = blocks.get(in + CAPACITY);
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (value(in, middle) < ordinal) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private int value(int in, int index) {
      int stored = blocks.get(in + VALUES + index);
      return stored == 0 ? Integer.MAX_VALUE : stored - 1;
    }
  }
}
