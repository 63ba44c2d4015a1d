package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what is visible, on the caller's thread, without ever holding up the writer. */
final class Reader {
  private final Visible visible;
  private final Hash64 hash;
  private final Names names = new Names();

  Reader(Visible visible, Hash64 hash) {
    this.visible = visible;
    this.hash = hash;
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
    long head = visible.head();
    List<RecordedEvent> found = new ArrayList<>(Math.min(limit, 64));
    long examined =
        direction == Direction.FORWARD
            ? forward(query, from, head, limit, found)
            : backward(query, Math.min(from, head), head, limit, found);
    return new EventPage(found, examined);
  }

  private long forward(
      CompiledQuery query, long from, long head, int limit, List<RecordedEvent> found) {
    if (Math.max(from, 1) > head) {
      return from - 1;
    }
    Segment[] segments = visible.segments();
    EventDecoder decoder = new EventDecoder(names);
    for (int i = Visible.indexOf(segments, from); i < segments.length; i++) {
      long first = segments[i].firstPosition();
      long last = Math.min(head, Visible.lastPosition(segments, i, head));
      if (from > last) {
        continue; // a hole, or the end
      }
      EventScan scan = new EventScan(segments[i], segments[i], query, Direction.FORWARD);
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
    Segment[] segments = visible.segments();
    EventDecoder decoder = new EventDecoder(names);
    for (int i = Visible.indexOf(segments, from); i >= 0; i--) {
      long first = segments[i].firstPosition();
      if (from < first) {
        continue; // positions before the first event are missing
      }
      long last = Visible.lastPosition(segments, i, head);
      EventScan scan = new EventScan(segments[i], segments[i], query, Direction.BACKWARD);
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
    long head = visible.head();
    Segment[] segments = visible.segments();
    long idHash = hash.id(id.getMostSignificantBits(), id.getLeastSignificantBits());
    StoredAppend[] found = new StoredAppend[1];
    for (int i = segments.length - 1; i >= 0 && found[0] == null; i--) {
      Segment segment = segments[i];
      segment
          .index()
          .findAppend(idHash, offset -> (found[0] = append(segment, offset, id, head)) != null);
    }
    return Optional.ofNullable(found[0]);
  }

  private static @Nullable StoredAppend append(Segment segment, int offset, UUID id, long head) {
    if (offset + Frame.HEADER_BYTES > segment.end()) {
      return null;
    }
    ByteBuffer header = segment.read(offset, Frame.HEADER_BYTES, Frame.HEADER_BYTES);
    FrameView view = new FrameView(header, 0);
    if (!view.id().equals(id) || view.last() > head) {
      return null;
    }
    int content = header.getInt(Frame.CONTENT);
    return new FrameView(segment.read(offset, content, content), 0).append();
  }
}
