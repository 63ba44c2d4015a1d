package dev.millrace.log.internal;

import java.util.List;

/**
 * What is in any of several lists. A heap keeps the list with the nearest ordinal on top; lists
 * that are exhausted leave it. Seeks must go in one direction.
 */
final class AnyOf implements Postings {
  private final Postings[] lists;
  private final int[] ordinals;
  private int size;
  private boolean started;

  AnyOf(List<Postings> lists) {
    this.lists = lists.toArray(Postings[]::new);
    this.ordinals = new int[lists.size()];
    this.size = lists.size();
  }

  @Override
  public int ceiling(int ordinal) {
    return seek(ordinal, 1);
  }

  @Override
  public int floor(int ordinal) {
    return seek(ordinal, -1);
  }

  private int seek(int ordinal, int sign) {
    if (!started) {
      started = true;
      for (int i = 0; i < size; i++) {
        ordinals[i] = sign > 0 ? lists[i].ceiling(ordinal) : lists[i].floor(ordinal);
        if (ordinals[i] == NONE) {
          removeLast(i--);
        }
      }
      for (int i = size / 2 - 1; i >= 0; i--) {
        sink(i, sign);
      }
    }
    while (size > 0 && (ordinals[0] - ordinal) * sign < 0) {
      ordinals[0] = sign > 0 ? lists[0].ceiling(ordinal) : lists[0].floor(ordinal);
      if (ordinals[0] == NONE) {
        removeLast(0);
      }
      sink(0, sign);
    }
    return size == 0 ? NONE : ordinals[0];
  }

  /** Puts the last list in the place of one that is exhausted. */
  private void removeLast(int place) {
    size--;
    lists[place] = lists[size];
    ordinals[place] = ordinals[size];
  }

  private void sink(int from, int sign) {
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && (ordinals[child + 1] - ordinals[child]) * sign < 0) {
        child++;
      }
      if ((ordinals[child] - ordinals[at]) * sign >= 0) {
        return;
      }
      Postings list = lists[at];
      int ordinal = ordinals[at];
      lists[at] = lists[child];
      ordinals[at] = ordinals[child];
      lists[child] = list;
      ordinals[child] = ordinal;
      at = child;
    }
  }
}
