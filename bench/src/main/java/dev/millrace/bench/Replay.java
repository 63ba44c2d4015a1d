package dev.millrace.bench;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.time.Duration;

/**
 * Reads of everything from the beginning, by one thread, out of the page cache as far as it goes.
 *
 * @param events how many there are
 * @param raw events per second, as stored
 * @param typed events per second, decoded to records by the codec of the core
 */
record Replay(long events, double raw, double typed) {
  private static final int PAGE = 2_000;
  private static final int ROUNDS = 3;

  /** What reads one event. */
  private interface Reader {
    long read(RecordedEvent event);
  }

  static Replay measure(EventStore store, Duration most, Watch watch) {
    JsonCodec codec = new JsonCodec();
    double raw = 0;
    double typed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double done = 2.0 * round / (2 * ROUNDS);
      watch.at(0, done);
      raw = Math.max(raw, pass(store, most, event -> event.data().length()));
      watch.at(0, done + 1.0 / (2 * ROUNDS));
      typed =
          Math.max(
              typed,
              pass(store, most, event -> codec.decode(event.data(), Measured.class).cents()));
    }
    return new Replay(store.head(), raw, typed);
  }

  private static double pass(EventStore store, Duration most, Reader reader) {
    long head = store.head();
    long start = System.nanoTime();
    long end = start + most.toNanos();
    long from = 1;
    long count = 0;
    long sum = 0;
    while (from <= head && System.nanoTime() < end) {
      EventPage page = store.read(Query.all(), from, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        sum += reader.read(event);
      }
      count += page.events().size();
      from = page.examined() + 1;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (sum <= 0) {
      throw new IllegalStateException("the replay of " + count + " events read nothing");
    }
    return count / seconds;
  }
}
