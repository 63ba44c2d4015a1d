package dev.millrace.log.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Ints that are appended by one thread and read by any. It grows by pieces, so that nothing is ever
 * moved. A reader may ask for what was appended before the store's head, as it saw it, was
 * published.
 */
final class IntLog {
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int SHIFT = 14;
  static final int PIECE = 1 << SHIFT;
  private static final int MASK = PIECE - 1;

  private volatile int[][] pieces = {new int[PIECE]};
  private int size;

  int size() {
    return size;
  }

  int get(int index) {
    return pieces[index >>> SHIFT][index & MASK];
  }

  void set(int index, int value) {
    pieces[index >>> SHIFT][index & MASK] = value;
  }

  /** Publishes what was written before to whoever reads the value with {@link #getAcquire}. */
  void setRelease(int index, int value) {
    ELEMENT.setRelease(pieces[index >>> SHIFT], index & MASK, value);
  }

  int getAcquire(int index) {
    return (int) ELEMENT.getAcquire(pieces[index >>> SHIFT], index & MASK);
  }

  int add(int value) {
    int index = allocate(1);
    set(index, value);
    return index;
  }

  /** Reserves zeros that lie in one piece; returns the index of the first. */
  int allocate(int count) {
    int start = size;
    if ((start & MASK) + count > PIECE) {
      start = (start + MASK) & ~MASK;
    }
    if (start >>> SHIFT >= pieces.length || (start + count - 1) >>> SHIFT >= pieces.length) {
      int[][] grown = Arrays.copyOf(pieces, pieces.length + 1);
      grown[pieces.length] = new int[PIECE];
      pieces = grown;
    }
    size = start + count;
    return start;
  }
}
