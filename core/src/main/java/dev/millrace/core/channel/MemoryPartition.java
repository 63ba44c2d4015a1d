package dev.millrace.core.channel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Messages in order, by their offset from the first that ever was. Guarded by its topic. */
final class MemoryPartition {
  private final Map<Long, Message> messages = new HashMap<>();
  private long first;
  private long end;

  void add(Message message) {
    messages.put(end++, message);
  }

  /** The oldest that is kept. */
  long first() {
    return first;
  }

  /** After the newest. */
  long end() {
    return end;
  }

  Message at(long offset) {
    Message message = messages.get(offset);
    if (message == null) {
      throw new IllegalStateException("message " + offset + " is not kept; " + first + ".." + end);
    }
    return message;
  }

  List<Message> dropBelow(long offset) {
    ArrayDeque<Message> dropped = new ArrayDeque<>();
    while (first < offset && first < end) {
      dropped.add(at(first));
      messages.remove(first++);
    }
    return new ArrayList<>(dropped);
  }
}
