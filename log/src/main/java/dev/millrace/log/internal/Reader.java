package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what is visible, on the caller's thread, without ever holding up the writer. */
final class Reader {
  private final Visible visible;
  private final Hash64 hash;
  private final Consumer<IndexDamagedException> damaged;
  private final Names names = new Names();

  /**
   * A reader.
   *
   * @param damaged told of an index that is not as it was written; after that it is not used
   */
  Reader(Visible visible, Hash64 hash, Consumer<IndexDamagedException> damaged) {
    this.visible = visible;
    this.hash = hash;
    this.damaged = damaged;
  }

  EventPage read(Query query, long from, Direction direction, int limit) {
    if (from < 0) {
      throw new IllegalArgumentException("from must not be negative: " + from);
    }
    if (limit < 1 || limit > EventStore.MAX_PAGE) {
      throw new IllegalArgumentException(
          "limit must be 1 to " + EventStore.MAX_PAGE + ", not " + limit);
    }
    return read(new CompiledQuery(query, hash), from, direction, limit);
  }

  CompiledQuery compile(Query query) {
    return new CompiledQuery(query, hash);
  }

  EventPage read(CompiledQuery query, long from, Direction direction, int limit) {
    while (true) {
      try {
        long head = visible.head();
        List<RecordedEvent> found = new ArrayList<>(Math.min(limit, 64));
        long examined =
            direction == Direction.FORWARD
                ? forward(query, from, head, limit, found)
                : backward(query, Math.min(from, head), head, limit, found);
        return new EventPage(found, examined);
      } catch (IndexDamagedException e) {
        damaged.accept(e);
      }
    }
  }

  private long forward(
      CompiledQuery query, long from, long head, int limit, List<RecordedEvent> found) {
    if (Math.max(from, 1) > head) {
      return from - 1;
    }
    Run[] runs = visible.runs();
    ReadAhead.expect(query, runs, from, Direction.FORWARD, limit);
    EventDecoder decoder = new EventDecoder(names);
    for (int i = Visible.indexOf(runs, from); i < runs.length; i++) {
      long first = runs[i].firstPosition();
      long last = Math.min(head, Visible.lastPosition(runs, i, head));
      if (from > last) {
        continue; // a hole, or the end
      }
      EventScan scan = new EventScan(runs[i], null, query, Direction.FORWARD);
      int to = (int) (last - first);
      int ordinal = scan.next((int) Math.max(0, from - first), to);
      while (ordinal != Postings.NONE) {
        found.add(decoder.decode(scan.view(), first + ordinal));
        if (found.size() == limit) {
          return first + ordinal;
        }
        ordinal = scan.next(ordinal + 1, to);
      }
    }
    return head;
  }

  private long backward(
      CompiledQuery query, long from, long head, int limit, List<RecordedEvent> found) {
    if (from < 1) {
      return from + 1;
    }
    Run[] runs = visible.runs();
    ReadAhead.expect(query, runs, from, Direction.BACKWARD, limit);
    EventDecoder decoder = new EventDecoder(names);
    for (int i = Visible.indexOf(runs, from); i >= 0; i--) {
      long first = runs[i].firstPosition();
      if (from < first) {
        continue; // positions before the first event are missing
      }
      long last = Visible.lastPosition(runs, i, head);
      EventScan scan = new EventScan(runs[i], null, query, Direction.BACKWARD);
      int ordinal = scan.next((int) (Math.min(from, last) - first), 0);
      while (ordinal != Postings.NONE) {
        found.add(decoder.decode(scan.view(), first + ordinal));
        if (found.size() == limit) {
          return first + ordinal;
        }
        ordinal = scan.next(ordinal - 1, 0);
      }
    }
    return 1;
  }

  Optional<StoredAppend> find(UUID id) {
    while (true) {
      try {
        return Optional.ofNullable(find(id, visible.head()));
      } catch (IndexDamagedException e) {
        damaged.accept(e);
      }
    }
  }

  private @Nullable StoredAppend find(UUID id, long head) {
    Run[] runs = visible.runs();
    long idHash = hash.id(id.getMostSignificantBits(), id.getLeastSignificantBits());
    StoredAppend[] found = new StoredAppend[1];
    for (int i = runs.length - 1; i >= 0 && found[0] == null; i--) {
      Run run = runs[i];
      run.index()
          .findAppend(idHash, ordinal -> (found[0] = append(run, ordinal, id, head)) != null);
    }
    return found[0];
  }

  private static @Nullable StoredAppend append(Run run, int ordinal, UUID id, long head) {
    if (run.firstPosition() + ordinal > head) {
      return null;
    }
    EventView event = new EventView(EventScan.SELECTIVE);
    run.show(event, ordinal, null);
    FrameView frame = new FrameView(event.wholeFrame(), 0);
    return frame.id().equals(id) && frame.last() <= head ? frame.append() : null;
  }
}
