package dev.millrace.log.internal;

import java.util.List;

/** What is in all of several lists: each in turn leaps to where the others are. */
final class AllOf implements Postings {
  private final List<Postings> lists;

  AllOf(List<Postings> lists) {
    this.lists = lists;
  }

  @Override
  public int ceiling(int ordinal) {
    int candidate = ordinal;
    int agreeing = 0;
    for (int i = 0; agreeing < lists.size(); i = i + 1 == lists.size() ? 0 : i + 1) {
      int found = lists.get(i).ceiling(candidate);
      if (found == NONE) {
        return NONE;
      }
      agreeing = found == candidate ? agreeing + 1 : 1;
      candidate = found;
    }
    return candidate;
  }

  @Override
  public int floor(int ordinal) {
    int candidate = ordinal;
    int agreeing = 0;
    for (int i = 0; agreeing < lists.size(); i = i + 1 == lists.size() ? 0 : i + 1) {
      int found = lists.get(i).floor(candidate);
      if (found == NONE) {
        return NONE;
      }
      agreeing = found == candidate ? agreeing + 1 : 1;
      candidate = found;
    }
    return candidate;
  }
}
