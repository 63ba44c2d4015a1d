package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two stores of one process on one disk: full load on one does not starve the other. Prints what it
 * measures.
 */
final class FairShareTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final Duration EACH = NIGHTLY ? Duration.ofSeconds(20) : Duration.ofSeconds(2);
  private static final int CALLERS = 16;
  private static final int BATCH = 100;

  @TempDir Path folder;

  private LogEventStore open(String name) {
    return LogEventStore.open(
        RealDisk.at(folder.resolve(name)), SystemSeams.shared(), LogOptions.DEFAULT);
  }

  private static Append append(long caller, long number, int events) {
    NewEvent event = new NewEvent("happened", 1, List.of(), Bytes.wrap(new byte[256]));
    return Append.of(new UUID(caller, number), Collections.nCopies(events, event));
  }

  /** Appends one after the other, and gives how long each took, ascending. */
  private static long[] single(LogEventStore store, long caller) {
    long end = System.nanoTime() + EACH.toNanos();
    List<Long> times = new ArrayList<>();
    for (long now = System.nanoTime(); now < end; ) {
      store.append(append(caller, times.size(), 1)).join();
      long after = System.nanoTime();
      times.add(after - now);
      now = after;
    }
    long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private static String figures(long[] times) {
    return times.length * 1000L / EACH.toMillis()
        + "/s, p50 "
        + times[times.length / 2] / 1000
        + " us, p99 "
        + times[(int) (times.length * 0.99)] / 1000
        + " us";
  }

  private static List<Thread> load(
      LogEventStore store, int callers, int events, AtomicBoolean stop) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      long caller = 100L + i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long n = 0; !stop.get(); n++) {
                  store.append(append(caller, n, events)).join();
                }
              }));
    }
    return threads;
  }

  private static long[] singleBeside(
      LogEventStore store, long caller, LogEventStore other, int callers, int events)
      throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> load = load(other, callers, events, stop);
    try {
      return single(store, caller);
    } finally {
      stop.set(true);
      for (Thread thread : load) {
        thread.join();
      }
    }
  }

  @Test
  void aStoreUnderFullLoadDoesNotStarveAnother() throws InterruptedException {
    try (LogEventStore one = open("one");
        LogEventStore equal = open("equal");
        LogEventStore flooded = open("flooded")) {
      single(one, 1);
      long[] alone = single(one, 2);
      long[] shared = singleBeside(one, 3, equal, 1, 1);
      long[] beside = singleBeside(one, 4, flooded, CALLERS, BATCH);
      System.out.println(
          "FairShareTest: one caller alone "
              + figures(alone)
              + "; beside one like it "
              + figures(shared)
              + "; beside 16 callers with batches of 100 "
              + figures(beside));
      assertThat(beside.length)
          .as("a fifth of what it gets beside one like it, on a machine that does other things too")
          .isGreaterThan(shared.length / 5);
    }
  }
}
