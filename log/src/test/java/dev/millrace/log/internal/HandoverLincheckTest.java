package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Between catching up and following live nothing is lost: in every interleaving of a subscriber
 * with the writer that publishes, the subscriber has seen everything once and in order, or has been
 * woken since it last looked.
 */
class HandoverLincheckTest {
  private static final int EVENTS = 3;
  private static final int INVOCATIONS = Boolean.getBoolean("millrace.nightly") ? 20_000 : 200;

  private static Engine engine;
  private static List<Segment> segments;
  private static List<Run> runs;

  /** A store with its events, whose head each run publishes anew. */
  @BeforeAll
  static void write() throws IOException {
    SimDisk disk = SimDisk.empty();
    engine = Engine.open(disk, SystemSeams.shared(), LogOptions.DEFAULT).join();
    for (int i = 1; i <= EVENTS; i++) {
      NewEvent event = new NewEvent("published", 1, List.of(), Bytes.utf8("" + i));
      var unused = engine.append(Append.of(new UUID(1, i), List.of(event))).join();
    }
    SimDisk left = disk.afterKill(DiskSettings.PLAIN);
    Rereading rereading = new Rereading(left, Hash64.XXH3);
    StoreKeys keys = new StoreKeys(left, List.of());
    Recovery.Found found =
        new Recovery(left, Hash64.XXH3, rereading, keys, false, new SplittableRandom(1)).find();
    segments = found.segments();
    runs = List.of(new Run(found.tail().segment, found.tail().index));
  }

  @Test
  void everyEventIsSeenOnceOrASubscriberIsWoken() {
    Lincheck.runConcurrentTest(INVOCATIONS, HandoverLincheckTest::run);
  }

  private static void run() {
    Visible visible = new Visible(segments, runs, 0);
    Reader reader = new Reader(visible, Hash64.XXH3, damaged -> {});
    LogSubscription subscription =
        new LogSubscription(engine, visible, reader.compile(Query.all()), reader, 0);
    AtomicBoolean woken = new AtomicBoolean();
    List<Long> seen = new ArrayList<>();
    Thread writer =
        new Thread(() -> {
          for (int position = 1; position <= EVENTS; position++) {
            visible.publish(position);
          }
        });
    Thread subscriber =
        new Thread(() -> {
          subscription.onAvailable(() -> woken.set(true));
          if (woken.compareAndSet(true, false)) {
            drain(subscription, seen);
          }
        });
    writer.start();
    subscriber.start();
    join(writer);
    join(subscriber);
    if (woken.get()) {
      drain(subscription, seen);
    }
    List<Long> all = new ArrayList<>();
    for (long position = 1; position <= EVENTS; position++) {
      all.add(position);
    }
    if (!seen.equals(all)) {
      throw new IllegalStateException("seen: " + seen);
    }
  }

  private static void drain(LogSubscription subscription, List<Long> seen) {
    EventPage page = subscription.poll(2);
    while (!page.events().isEmpty()) {
      for (RecordedEvent event : page.events()) {
        seen.add(event.position());
      }
      page = subscription.poll(2);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
