package dev.millrace.node.event;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.PositionToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of events between two positions. The cursor is the last position that was examined
 * with its history, so that a page goes on where the one before ended, whatever came in between.
 */
final class EventPaging {
  static final int MAX_LIMIT = 1_000;
  static final int LIMIT = 100;
  static final List<String> PARAMETERS =
      List.of("type", "tag", "after", "before", "from", "to", "order", "limit", "cursor");

  private final EventStore store;
  private final Query query;
  private final boolean backward;
  private final int limit;
  private final long head;
  private long first;
  private long last;

  /**
   * A page.
   *
   * @param next where the next one begins; null: there is none
   */
  record Page(List<RecordedEvent> events, @Nullable PositionToken next, long head) {}

  EventPaging(EventStore store, Params params) {
    this.store = store;
    this.query = EventFilter.of(params).query();
    this.head = store.head();
    this.backward = params.word("order", "ascending", "descending").equals("descending");
    this.limit = (int) params.number("limit", 1, MAX_LIMIT, LIMIT);
    this.first = params.number("after", 0, Long.MAX_VALUE - 1, 0) + 1;
    this.last = Math.min(head, params.number("before", 1, Long.MAX_VALUE, Long.MAX_VALUE) - 1);
    params.time("from").ifPresent(from -> first = Math.max(first, firstAt(from)));
    params.time("to").ifPresent(to -> last = Math.min(last, firstAt(to) - 1));
    Optional<PositionToken> cursor = params.one("cursor").map(PositionToken::parse);
    cursor.ifPresent(token -> {
      long seen = token.in(store.identity(), head);
      if (backward) {
        last = Math.min(last, seen - 1);
      } else {
        first = Math.max(first, seen + 1);
      }
    });
  }

  Page read() {
    if (first > last) {
      return new Page(List.of(), null, head);
    }
    EventPage page =
        backward
            ? store.read(query, last, Direction.BACKWARD, limit)
            : store.read(query, first, Direction.FORWARD, limit);
    List<RecordedEvent> events =
        page.events().stream()
            .filter(event -> event.position() >= first && event.position() <= last)
            .toList();
    boolean ended =
        events.size() < page.events().size()
            || (backward ? page.examined() <= first : page.examined() >= last);
    return new Page(
        events, ended ? null : new PositionToken(store.identity(), page.examined()), head);
  }

  /**
   * The first position whose event was recorded at or after a time, by bisection: times do not
   * decrease along the store, as long as nobody sets its clock back.
   */
  private long firstAt(Instant time) {
    Query any = Query.all().acrossTenants();
    long low = 1;
    long high = head + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      List<RecordedEvent> found = store.read(any, middle, Direction.FORWARD, 1).events();
      if (found.isEmpty() || !found.get(0).time().isBefore(time)) {
        high = middle;
      } else {
        low = found.get(0).position() + 1;
      }
    }
    return low;
  }
}
