package dev.millrace.core;

import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a history by whole appends, one page ahead of who goes through it: reading and decoding are
 * about half of the work.
 */
final class RehearsedHistory {
  private static final int READ = 1_000;

  /**
   * Most events of a page, but for the last append; large pages make large transactions of rows.
   */
  private static final int PAGE = 10_000;

  /** Most bytes of data in a page, but for what is read at once. */
  private static final long PAGE_BYTES = 16L << 20;

  private final EventStore store;
  private final Context now;
  private final @Nullable Context before;
  private final RemadeCommands remaking;
  private final Scheduler scheduler;
  private final long head;
  private long next = 1;
  private List<RecordedEvent> begun = new ArrayList<>();
  private int taken;
  private long takenBytes;
  private CompletableFuture<Page> ahead;

  /**
   * Some appends.
   *
   * @param examined every event up to this position is in this page or one before
   */
  record Page(List<RehearsedAppend> appends, long examined) {}

  RehearsedHistory(
      EventStore store,
      Context now,
      @Nullable Context before,
      RemadeCommands remaking,
      Scheduler scheduler,
      long head) {
    this.store = store;
    this.now = now;
    this.before = before;
    this.remaking = remaking;
    this.scheduler = scheduler;
    this.head = head;
    this.ahead = readAhead();
  }

  /** The next page; null at the end. */
  @Nullable Page next() {
    Page page;
    try {
      page = ahead.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    if (page.appends().isEmpty()) {
      return null;
    }
    ahead = readAhead();
    return page;
  }

  /** Waits for what is being read, so that the store can be closed. */
  void close() {
    ahead.handle((page, failure) -> true).join();
  }

  private CompletableFuture<Page> readAhead() {
    return scheduler.call("read ahead for a rehearsal", this::read);
  }

  private Page read() {
    List<RehearsedAppend> appends = new ArrayList<>();
    long examined = next - 1;
    taken = 0;
    takenBytes = 0;
    while ((appends.isEmpty() || (taken < PAGE && takenBytes < PAGE_BYTES))
        && (next <= head || !begun.isEmpty())) {
      if (next <= head) {
        EventPage page = store.read(Query.all().acrossTenants(), next, Direction.FORWARD, READ);
        for (RecordedEvent event : page.events()) {
          if (event.position() <= head) {
            take(event, appends);
          }
        }
        next = Math.max(next, page.examined()) + 1;
      }
      if (next > head && !begun.isEmpty()) {
        appends.add(append(begun));
        begun = new ArrayList<>();
      }
      examined = Math.min(head, begun.isEmpty() ? next - 1 : begun.get(0).position() - 1);
    }
    return new Page(appends, examined);
  }

  private void take(RecordedEvent event, List<RehearsedAppend> appends) {
    UUID append = event.id().append();
    if (!begun.isEmpty() && !begun.get(0).id().append().equals(append)) {
      appends.add(append(begun));
      begun = new ArrayList<>();
    }
    begun.add(event);
    taken++;
    takenBytes += event.data().length();
  }

  private RehearsedAppend append(List<RecordedEvent> stored) {
    StoredAppend found = store.find(stored.get(0).id().append()).orElse(null);
    CommandRecord command = found == null ? null : found.command();
    List<RehearsedEvent> asNow = read(stored, now);
    List<RehearsedEvent> asBefore = before == null ? List.of() : read(stored, before);
    Bytes payload = command == null ? null : command.payload();
    boolean remade = command != null && payload == null && remaking.knows(command.type());
    if (command != null && remade) {
      payload = remaking.payload(command, asNow, asBefore);
    }
    return new RehearsedAppend(stored, command, payload, remade, asNow, asBefore);
  }

  private static List<RehearsedEvent> read(List<RecordedEvent> stored, Context context) {
    return stored.stream().map(event -> RehearsedEvent.read(event, context)).toList();
  }
}
