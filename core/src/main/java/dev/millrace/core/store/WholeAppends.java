package dev.millrace.core.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads appends with all that is known of them from any store, for {@link MovableStore}. */
public final class WholeAppends {
  private WholeAppends() {}

  /**
   * The appends that begin after a position, in order.
   *
   * @param limit about how many events; the last append is read to its end
   */
  public static List<CopiedAppend> read(EventStore store, long after, int limit) {
    Query everything = Query.all().acrossTenants();
    List<CopiedAppend> appends = new ArrayList<>();
    List<RecordedEvent> events = new ArrayList<>();
    @Nullable StoredAppend known = null;
    long wanted = 0;
    long from = after + 1;
    long head = store.head();
    while (from <= head && (wanted < limit || !events.isEmpty())) {
      EventPage page = store.read(everything, from, Direction.FORWARD, Math.max(1, limit));
      for (RecordedEvent event : page.events()) {
        if (events.isEmpty()) {
          known = known(store, event);
        }
        events.add(event);
        if (known != null && event.position() == known.last()) {
          appends.add(append(known, events));
          wanted += events.size();
          events.clear();
          if (wanted >= limit) {
            return appends;
          }
        }
      }
      from = page.examined() + 1;
    }
    if (!events.isEmpty()) {
      throw new StoreFailedException(
          "the append at position " + events.get(0).position() + " has lost its last events");
    }
    return appends;
  }

  private static StoredAppend known(EventStore store, RecordedEvent first) {
    return store
        .find(first.id().append())
        .orElseThrow(() ->
            new StoreFailedException(
                "the append of the event at position "
                    + first.position()
                    + " is not known by its id; verify the store"));
  }

  private static CopiedAppend append(StoredAppend known, List<RecordedEvent> events) {
    List<NewEvent> contents = new ArrayList<>(events.size());
    for (RecordedEvent event : events) {
      contents.add(new NewEvent(event.type(), event.schemaVersion(), event.tags(), event.data()));
    }
    Append append =
        new Append(
            known.id(),
            events.get(0).tenant(),
            contents,
            AppendCondition.NONE,
            known.metadata(),
            known.command());
    return new CopiedAppend(append, known.first(), known.time());
  }
}
