package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.store.RecordedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the lanes of a processor: a queue for each key. An event stands in the lane of each
 * of its keys, and is ready when it is the first in all of them. Decides only; used by the steps of
 * one worker.
 *
 * <pre>
 *   a: 1 3 6        1 is ready, and 2; 6 waits for 3 and for 2 and 5
 *   b: 2 5 6
 * </pre>
 */
final class KeyLanes {
  /** Most finished events of a slot above one that is not: so many positions stand in its row. */
  static final int MOST_FINISHED = 1_024;

  private final Ordering ordering;
  private final Map<OrderingKey, Deque<Entry>> lanes = new HashMap<>();
  private final Deque<Entry> ready = new ArrayDeque<>();
  private final Slot[] slots = new Slot[KeySlots.SLOTS];
  private final Deque<Entry> inOrder = new ArrayDeque<>();
  private int pending;

  /** An event in its lanes. */
  static final class Entry {
    final RecordedEvent event;
    final List<OrderingKey> keys;
    final int slot;
    private int behind;
    private boolean isTaken;
    private boolean isDone;

    Entry(RecordedEvent event, List<OrderingKey> keys) {
      this.event = event;
      this.keys = keys;
      this.slot = KeySlots.slotOf(keys.get(0));
    }
  }

  /** What of a slot is not finished from the first on. */
  private static final class Slot {
    final Deque<Entry> inOrder = new ArrayDeque<>();
    final Deque<Entry> held = new ArrayDeque<>();
    int done;
  }

  KeyLanes(Ordering ordering) {
    this.ordering = ordering;
  }

  private Slot slot(int number) {
    Slot slot = slots[number];
    if (slot == null) {
      slot = new Slot();
      slots[number] = slot;
    }
    return slot;
  }

  /** Puts an event behind those that are there; its position is the highest. */
  void offer(RecordedEvent event) {
    Entry entry = new Entry(event, ordering.keysOf(event));
    for (OrderingKey key : entry.keys) {
      Deque<Entry> lane = lanes.computeIfAbsent(key, first -> new ArrayDeque<>());
      entry.behind += lane.isEmpty() ? 0 : 1;
      lane.add(entry);
    }
    slot(entry.slot).inOrder.add(entry);
    inOrder.add(entry);
    pending++;
    if (entry.behind == 0) {
      ready.add(entry);
    }
  }

  /** Whether an event can be handled now. */
  boolean isReady() {
    return !ready.isEmpty();
  }

  /** How many events are not finished. */
  int pending() {
    return pending;
  }

  /**
   * Events that can be handled now, one after the other: one that is ready, and those behind it
   * that wait for nothing else. Empty: none.
   *
   * @param most at least 1
   */
  List<Entry> take(int most) {
    Entry first = nextReady();
    if (first == null) {
      return List.of();
    }
    first.isTaken = true;
    if (first.keys.size() > 1 || most == 1) {
      return List.of(first);
    }
    List<Entry> taken = new ArrayList<>();
    Deque<Entry> lane = lanes.getOrDefault(first.keys.get(0), new ArrayDeque<>());
    for (Entry entry : lane) {
      if (entry.keys.size() > 1 || taken.size() >= most) {
        break;
      }
      entry.isTaken = true;
      taken.add(entry);
    }
    return taken;
  }

  /** One of a slot that has too many finished waits until the one before them is. */
  private @Nullable Entry nextReady() {
    while (true) {
      Entry next = ready.poll();
      if (next == null) {
        return null;
      }
      Slot slot = slot(next.slot);
      if (slot.done < MOST_FINISHED || slot.inOrder.peek() == next) {
        return next;
      }
      slot.held.add(next);
    }
  }

  /** An event is finished, the first of its lanes. */
  void finished(Entry entry) {
    for (OrderingKey key : entry.keys) {
      Deque<Entry> lane = lanes.getOrDefault(key, new ArrayDeque<>());
      Entry first = lane.poll();
      if (first != entry) {
        throw new IllegalStateException(
            "event " + entry.event.position() + " was finished before its turn in " + key);
      }
      Entry next = lane.peek();
      if (next == null) {
        lanes.remove(key);
      } else if (--next.behind == 0 && !next.isTaken) {
        ready.add(next);
      }
    }
    entry.isDone = true;
    pending--;
    Slot slot = slot(entry.slot);
    slot.done++;
    while (!slot.inOrder.isEmpty() && slot.inOrder.peek().isDone) {
      slot.inOrder.poll();
      slot.done--;
    }
    boolean release = slot.done < MOST_FINISHED || slot.held.contains(slot.inOrder.peek());
    if (release && !slot.held.isEmpty()) {
      ready.addAll(slot.held);
      slot.held.clear();
    }
    while (!inOrder.isEmpty() && inOrder.peek().isDone) {
      inOrder.poll();
    }
  }

  /**
   * The position up to which everything is finished.
   *
   * @param passed up to where events were offered
   */
  long low(long passed) {
    Entry first = inOrder.peek();
    return first == null ? passed : first.event.position() - 1;
  }

  /** What stands in the row of a slot once these events of it are finished too. */
  SlotCheckpoint with(List<Entry> entries) {
    int number = entries.get(0).slot;
    Entry first = slot(number).inOrder.peek();
    long below = first == null ? 0 : first.event.position() - 1;
    List<Long> positions = new ArrayList<>(entries.size());
    entries.forEach(entry -> positions.add(entry.event.position()));
    return new SlotCheckpoint(number, below, positions);
  }
}
