package dev.millrace.aws;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent, and what may go next. The services answer for each message of a batch by
 * itself, so that one may be stored behind one of its key that was not. Therefore a batch has at
 * most one message of a lane, and the next follows when that is stored. Not safe for use from
 * several threads.
 */
final class OutgoingLanes {
  /** Most messages of a batch, as the services have it. */
  static final int MOST_MESSAGES = 10;

  private final int mostBytes;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Deque<Lane> ready = new ArrayDeque<>();
  private int waiting;

  private static final class Lane {
    final @Nullable String name;
    final Deque<Outgoing> messages = new ArrayDeque<>();

    Lane(@Nullable String name) {
      this.name = name;
    }
  }

  /**
   * Nothing waits.
   *
   * @param mostBytes of a batch
   */
  OutgoingLanes(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** How many wait, not counting what is under way. */
  int waiting() {
    return waiting;
  }

  void add(Outgoing message) {
    waiting++;
    String name = message.lane();
    Lane known = name == null ? null : lanes.get(name);
    if (known != null) {
      known.messages.add(message); // one of it is ready or under way
      return;
    }
    Lane lane = new Lane(name);
    lane.messages.add(message);
    if (name != null) {
      lanes.put(name, lane);
    }
    ready.add(lane);
  }

  /** What is sent next; empty: nothing can be. */
  List<Outgoing> next() {
    List<Outgoing> batch = new ArrayList<>();
    int bytes = 0;
    while (!ready.isEmpty() && batch.size() < MOST_MESSAGES) {
      Outgoing first = ready.element().messages.element();
      if (!batch.isEmpty() && bytes + first.bytes() > mostBytes) {
        break;
      }
      bytes += first.bytes();
      batch.add(first);
      ready.remove().messages.remove();
      waiting--;
    }
    return batch;
  }

  /** It is stored: the next of its lane may go. */
  void stored(Outgoing message) {
    Lane lane = message.lane() == null ? null : lanes.get(message.lane());
    if (lane == null) {
      return;
    }
    if (lane.messages.isEmpty()) {
      lanes.remove(message.lane());
    } else {
      ready.add(lane);
    }
  }

  /** It is not stored, as far as is known: what waits behind it, and must not be sent. */
  List<Outgoing> failed(Outgoing message) {
    Lane lane = message.lane() == null ? null : lanes.remove(message.lane());
    if (lane == null) {
      return List.of();
    }
    waiting -= lane.messages.size();
    return List.copyOf(lane.messages);
  }

  /** All that waits; it waits no more. What is under way is not among it. */
  List<Outgoing> clear() {
    List<Outgoing> all = new ArrayList<>();
    ready.stream().filter(lane -> lane.name == null).forEach(lane -> all.addAll(lane.messages));
    lanes.values().forEach(lane -> all.addAll(lane.messages));
    lanes.clear();
    ready.clear();
    waiting = 0;
    return all;
  }
}
