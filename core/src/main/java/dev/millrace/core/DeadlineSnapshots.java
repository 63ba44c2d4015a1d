package dev.millrace.core;

import dev.millrace.core.DeadlineBook.Deadline;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.Tenant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the open deadlines of a context, and how far its schedules are, as a snapshot in the store,
 * so that a start reads only the events after it. One that is missing, old or damaged costs
 * reading, and nothing else. Used by the steps of one worker.
 */
final class DeadlineSnapshots {
  /** With more open ones, nothing is kept: a start reads the events. */
  static final int MOST_OPEN = 250_000;

  /** Fewer new events are as quickly read. */
  static final int LEAST_EVENTS = 1_000;

  /** While it runs, one is made after so many events, or as many as there are open deadlines. */
  static final int EVERY = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(DeadlineSnapshots.class);
  private static final int VERSION = 1;
  private static final int LONGEST_TEXT = 1 << 20;

  private final Context context;
  private final EventStore store;
  private final Runnable wake;
  private volatile boolean saving;

  DeadlineSnapshots(Context context, EventStore store, Runnable wake) {
    this.context = context;
    this.store = store;
    this.wake = wake;
  }

  /** Everything up to a position. */
  record State(DeadlineBook book, Map<String, Instant> reached, long position) {}

  static SnapshotKey key(Context context) {
    return new SnapshotKey("millrace.deadlines", VERSION, "fold", Tenant.DEFAULT, context.name());
  }

  /** The newest; empty: there is none that can be used. */
  Optional<State> load() {
    try {
      Snapshot found = store.snapshots().find(key(context)).orElse(null);
      return found == null || found.position() > store.head()
          ? Optional.empty()
          : Optional.of(decode(found));
    } catch (RuntimeException unusable) {
      LOG.warn(
          "the snapshot of the deadlines of {} cannot be used; all events are read instead",
          context.name(),
          unusable);
      return Optional.empty();
    }
  }

  /** Whether one is due, after so many new events. */
  boolean isDue(long events, DeadlineBook book) {
    return !saving && book.open() <= MOST_OPEN && events >= Math.max(EVERY, book.open());
  }

  /** Whether one is worth its while before the end. */
  boolean isDueAtTheEnd(long events, DeadlineBook book) {
    return !saving && book.open() <= MOST_OPEN && events >= LEAST_EVENTS;
  }

  /** Begins to save; wakes the worker when that is done. */
  void save(State state) {
    saving = true;
    Bytes bytes = encode(state);
    Snapshot snapshot = new Snapshot(key(context), store.identity(), state.position(), bytes);
    CompletableFuture<Void> done;
    try {
      done = store.snapshots().save(snapshot);
    } catch (RuntimeException refused) {
      done = CompletableFuture.failedFuture(refused);
    }
    var unused =
        done.whenComplete((saved, failure) -> {
          if (failure != null) {
            LOG.warn(
                "the deadlines of {} could not be kept as a snapshot", context.name(), failure);
          }
          saving = false;
          wake.run();
        });
  }

  boolean isSaving() {
    return saving;
  }

  static Bytes encode(State state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(state.book().open());
      for (Deadline one : state.book().all()) {
        text(out, one.key().tenant().name());
        text(out, one.key().key());
        out.writeLong(one.position());
        time(out, one.due());
      }
      out.writeInt(state.reached().size());
      for (Map.Entry<String, Instant> one : state.reached().entrySet()) {
        text(out, one.getKey());
        time(out, one.getValue());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  private static State decode(Snapshot snapshot) {
    byte[] bytes = snapshot.state().toArray();
    DeadlineBook book = new DeadlineBook();
    Map<String, Instant> reached = new HashMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (int left = in.readInt(); left > 0; left--) {
        DeadlineBook.Key key = new DeadlineBook.Key(new Tenant(text(in)), text(in));
        book.restore(new Deadline(key, in.readLong(), time(in)));
      }
      for (int left = in.readInt(); left > 0; left--) {
        reached.put(text(in), time(in));
      }
    } catch (IOException cut) {
      throw new UncheckedIOException("it is shorter than it says", cut);
    }
    return new State(book, reached, snapshot.position());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_TEXT) {
      throw new IOException("a text of " + length + " bytes");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static void time(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.getEpochSecond());
    out.writeInt(time.getNano());
  }

  private static Instant time(DataInputStream in) throws IOException {
    long second = in.readLong();
    return Instant.ofEpochSecond(second, in.readInt());
  }

  /** Of a schedule, the later of two moments. */
  static void reached(Map<String, Instant> all, String schedule, Instant at) {
    @Nullable Instant before = all.get(schedule);
    if (before == null || at.isAfter(before)) {
      all.put(schedule, at);
    }
  }
}
