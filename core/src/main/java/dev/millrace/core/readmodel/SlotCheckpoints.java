package dev.millrace.core.readmodel;

import java.util.List;

/**
 * How far all slots of a processor are.
 *
 * @param ordering by what its keys are made; empty: it has no slots
 * @param slots in their order
 */
public record SlotCheckpoints(String ordering, List<SlotCheckpoint> slots) {
  /** There are no slots. */
  public static final SlotCheckpoints NONE = new SlotCheckpoints("", List.of());

  public SlotCheckpoints {
    slots = List.copyOf(slots);
  }
}
