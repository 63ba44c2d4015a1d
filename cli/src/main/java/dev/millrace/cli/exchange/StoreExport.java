package dev.millrace.cli.exchange;

import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes all events of a store, of all tenants, append by append. */
public final class StoreExport {
  private static final int PAGE = 1_000;

  private final EventStore store;
  private final CloudEventWriter writer;
  private final Lines lines;
  private final UnaryOperator<RecordedEvent> shown;
  private final List<RecordedEvent> append = new ArrayList<>();
  private long events;
  private long appends;

  /** Takes lines, without their ends. */
  @FunctionalInterface
  public interface Lines {
    /** The next line. */
    void line(String text) throws IOException;
  }

  /** Is told how far it is, and may end it. */
  public interface Watcher {
    /** So many events are done, of about so many positions. */
    void at(long events, long position, long head);

    /** Whether to go on. */
    boolean goesOn();
  }

  /** What was written. */
  public record Result(long events, long appends, boolean whole) {}

  /** An export that has not begun. */
  public StoreExport(EventStore store, Lines lines) {
    this(store, lines, new CloudEventWriter(store.identity(), false), event -> event);
  }

  private StoreExport(
      EventStore store, Lines lines, CloudEventWriter writer, UnaryOperator<RecordedEvent> shown) {
    this.store = store;
    this.writer = writer;
    this.lines = lines;
    this.shown = shown;
  }

  /**
   * One with personal values in clear, which no import takes: what it stored would be in clear.
   *
   * @param opened opens the personal values of an event
   */
  public static StoreExport inClear(
      EventStore store, UnaryOperator<RecordedEvent> opened, Lines lines) {
    return new StoreExport(store, lines, new CloudEventWriter(store.identity(), true), opened);
  }

  /** Writes every event that is there when it begins. */
  public Result run(Watcher watcher) throws IOException {
    long head = store.head();
    Query all = Query.all().acrossTenants();
    long next = 1;
    while (next <= head && watcher.goesOn()) {
      EventPage page = store.read(all, next, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        if (!append.isEmpty() && !append.get(0).id().append().equals(event.id().append())) {
          write();
        }
        append.add(event);
      }
      next = page.examined() + 1;
      watcher.at(events, next - 1, head);
    }
    if (!append.isEmpty() && next > head) {
      write();
    }
    return new Result(events, appends, next > head);
  }

  private void write() throws IOException {
    StoredAppend stored = store.find(append.get(0).id().append()).orElse(null);
    CommandRecord command = stored == null ? null : stored.command();
    for (int i = 0; i < append.size(); i++) {
      lines.line(writer.line(shown.apply(append.get(i)), append.size(), i == 0 ? command : null));
    }
    events += append.size();
    appends++;
    append.clear();
  }
}
