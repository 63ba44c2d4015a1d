package dev.millrace.core;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds {@link Effects} wherever they stand, without a search: the id of a reaction's command is
 * made of the reaction, the event and an ordinal, that of an append of the command's, and a store
 * finds an append by its id.
 */
final class EffectsReader {
  /**
   * So many ordinals without an append end the search: a command that was rejected, or accepted
   * without events, leaves a gap.
   */
  static final int GAP = 16;

  private final Map<String, EventStore> stores;
  private final RecordedEvent cause;
  private final int limit;
  private final List<Effects.Effect> found = new ArrayList<>();

  EffectsReader(Map<String, EventStore> stores, RecordedEvent cause, int limit) {
    this.stores = stores;
    this.cause = cause;
    this.limit = limit;
  }

  /**
   * Reads.
   *
   * @param isPassed whether a reaction has handled the event, or has nothing to do with it
   */
  Effects read(Context context, Predicate<Reaction> isPassed) {
    boolean complete = true;
    for (Reaction reaction : context.reactions().values()) {
      complete &= isPassed.test(reaction);
      int absent = 0;
      for (int i = 0; absent < GAP && i < Reaction.MAX_COMMANDS && found.size() < limit; i++) {
        absent = add(reaction, ReactionDriver.commandId(reaction, cause.id(), i)) ? 0 : absent + 1;
      }
    }
    return new Effects(found, complete && found.size() < limit);
  }

  /** A command goes to whichever context decides it. */
  private boolean add(Reaction reaction, String command) {
    for (Map.Entry<String, EventStore> one : stores.entrySet()) {
      EventStore store = one.getValue();
      Optional<StoredAppend> append =
          store.find(AppendIds.of(one.getKey(), cause.tenant(), command));
      if (append.isPresent()) {
        add(one.getKey(), reaction, store, append.get());
        return true;
      }
    }
    return false;
  }

  private void add(String context, Reaction reaction, EventStore store, StoredAppend append) {
    long events = append.last() - append.first() + 1;
    int most = (int) Math.min(limit - found.size(), events);
    store
        .read(Query.all().forTenant(cause.tenant()), append.first(), Direction.FORWARD, most)
        .events()
        .forEach(event -> found.add(new Effects.Effect(context, reaction.name(), event)));
  }
}
