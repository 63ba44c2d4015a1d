package dev.millrace.core;

import dev.millrace.core.readmodel.Fences.Fence;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.store.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How far a process begins that has some of the shares of a processor with many lanes. */
final class SharedSlots {
  private SharedSlots() {}

  /** Shares of a processor that one process has whole. */
  static List<Fence> undivided(long position) {
    return IntStream.range(0, KeySlots.SHARES)
        .mapToObj(share -> new Fence(share, 0, position))
        .toList();
  }

  /** How far all shares are. */
  static Passed passed(Ordering ordering, List<Fence> shares, List<SlotCheckpoint> slots) {
    long low = shares.stream().mapToLong(Fence::position).min().orElse(0);
    return new Passed() {
      @Override
      public long low() {
        return low;
      }

      @Override
      public boolean covers(RecordedEvent event) {
        int slot = KeySlots.slotOf(ordering.keysOf(event).get(0));
        return event.position() <= shares.get(KeySlots.shareOf(slot)).position()
            || (slot < slots.size() && slots.get(slot).covers(event.position()));
      }
    };
  }

  /**
   * From the furthest behind of its shares on; what its slots have finished beyond is known.
   *
   * @param mine the shares, at least one
   * @param slots as they are kept; none: nothing was finished
   */
  static Progress progress(List<Fence> mine, List<BlockedKey> blocked, List<SlotCheckpoint> slots) {
    List<SlotCheckpoint> all = new ArrayList<>();
    for (int slot = 0; slot < KeySlots.SLOTS; slot++) {
      all.add(SlotCheckpoint.empty(slot));
    }
    long low = Long.MAX_VALUE;
    for (Fence share : mine) {
      low = Math.min(low, share.position());
    }
    for (int slot = 0; slot < KeySlots.SLOTS; slot++) {
      for (Fence share : mine) {
        if (KeySlots.shareOf(slot) == share.share()) {
          SlotCheckpoint kept = slots.isEmpty() ? SlotCheckpoint.empty(slot) : slots.get(slot);
          all.set(slot, kept.and(new SlotCheckpoint(slot, share.position(), List.of())));
        }
      }
    }
    return new Progress(low, blocked, all);
  }
}
