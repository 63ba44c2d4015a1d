package dev.millrace.core.readmodel;

import java.util.List;
import java.util.TreeSet;

/**
 * How far the events of a slot are: a fixed share of a processor's ordering keys, which are handled
 * beside each other.
 *
 * @param slot from 0
 * @param position every event of the slot up to and including this one is finished
 * @param finished those after it that are finished, ascending
 */
public record SlotCheckpoint(int slot, long position, List<Long> finished) {
  public SlotCheckpoint {
    finished = List.copyOf(finished);
  }

  /** Nothing is finished. */
  public static SlotCheckpoint empty(int slot) {
    return new SlotCheckpoint(slot, 0, List.of());
  }

  /** What is finished by this one or the other of the same slot. */
  public SlotCheckpoint and(SlotCheckpoint other) {
    long furthest = Math.max(position, other.position);
    TreeSet<Long> all = new TreeSet<>(finished);
    all.addAll(other.finished);
    return new SlotCheckpoint(slot, furthest, List.copyOf(all.tailSet(furthest, false)));
  }

  /** Whether an event of the slot is finished. */
  public boolean covers(long event) {
    return event <= position || finished.contains(event);
  }

  /** Whether one of the events that another one adds is finished. */
  boolean coversAnyOf(SlotCheckpoint added) {
    return added.finished.stream().anyMatch(this::covers);
  }

  /** The furthest position about which it says something. */
  public long furthest() {
    return finished.isEmpty() ? position : finished.get(finished.size() - 1);
  }
}
