package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.postgresql.SharingProcesses.One;
import dev.millrace.testkit.network.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes share the work of processors on one server: they join, leave, are killed, stopped
 * and continued, and their connections are cut and delayed. The read models are a fold of the log,
 * exactly.
 */
final class SharedProcessorsTest {
  private static final Duration FAULTS =
      Boolean.getBoolean("millrace.nightly") ? Duration.ofMinutes(30) : Duration.ofSeconds(40);
  private static final int PROCESSES = 4;
  private static final List<TcpProxy.Fate> FATES =
      List.of(TcpProxy.Fate.LOST, TcpProxy.Fate.SENT, TcpProxy.Fate.ANSWERED);

  @TempDir private Path logs;

  @Test
  void theWorkMovesWithinSecondsAndNothingIsLostOrCountedTwice() throws Exception {
    try (SharingProcesses all = new SharingProcesses(logs)) {
      List<String> figures = new ArrayList<>();
      One a = all.start("a");
      all.start("b");
      all.append(2_000);
      all.await("two share", () -> all.isSpread(2));
      One c = all.start("c");
      all.await("the third is there", () -> all.shares().size() == 3);
      figures.add("joined " + all.await("three share", () -> all.isSpread(3)) + " ms");
      all.append(2_000);

      all.leave(a);
      figures.add("left " + all.await("two share", () -> all.isSpread(2)) + " ms");
      all.append(2_000);

      One d = all.start("d");
      all.await("three share", () -> all.isSpread(3));
      all.kill(c);
      figures.add("killed " + all.await("two share", () -> all.isSpread(2)) + " ms");
      all.append(2_000);
      all.check();

      d.signal("STOP");
      all.append(2_000);
      figures.add("stopped " + all.await("one has all", () -> all.isSpread(1)) + " ms");
      all.await("all is handled", () -> all.handled("by_account") >= all.appended());
      d.signal("CONT");
      figures.add("continued " + all.await("two share", () -> all.isSpread(2)) + " ms");
      all.append(2_000);
      all.check();
      System.out.println(
          "Work moved, with leases of " + SharingProcesses.LEASE_MILLIS + " ms: " + figures);
    }
  }

  @Test
  void whateverHappensTheReadModelsAreAFoldOfTheLog() throws Exception {
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    System.out.println("Faults over " + PROCESSES + " processes, seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int faults = 0;
    try (SharingProcesses all = new SharingProcesses(logs)) {
      for (int i = 1; i <= PROCESSES; i++) {
        all.start("p" + i);
      }
      all.append(1);
      all.await("the first is handled", () -> all.handled("by_account") > 0);
      long end = System.nanoTime() + FAULTS.toNanos();
      int started = PROCESSES;
      while (System.nanoTime() < end) {
        all.append(1 + random.nextInt(60));
        if (random.nextInt(5) == 0) {
          faults++;
          One one = all.all().get(random.nextInt(all.all().size()));
          if (disturb(all, one, random)) {
            all.start("p" + ++started);
          }
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(200)));
      }
      for (One one : all.all()) {
        one.proxy().refuse(false);
        one.proxy().delay(Duration.ZERO);
        one.rows().delay(Duration.ZERO);
        one.signal("CONT");
      }
      all.check();
      for (One one : all.all()) { // whatever they still had under way is over then
        all.leave(one);
      }
      all.check();
      System.out.println(
          faults + " faults in " + FAULTS + ", " + all.appended() + " events, equal to the log");
    }
    assertThat(faults).isGreaterThan(10);
  }

  /** Whether another one must take its place. */
  private static boolean disturb(SharingProcesses all, One one, SplittableRandom random)
      throws Exception {
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        all.kill(one);
        return true;
      }
      case 2, 3 -> one.signal("STOP");
      case 4, 5 -> {
        for (One stopped : all.all()) {
          stopped.signal("CONT");
        }
      }
      case 6 -> {
        if (random.nextBoolean()) {
          one.proxy().cutAll();
        } else {
          one.proxy().delay(Duration.ZERO);
          one.signal("CONT");
          all.leave(one);
          return true;
        }
      }
      case 7 -> one.proxy().cutAt(1 + random.nextInt(20), FATES.get(random.nextInt(FATES.size())));
      case 8 -> {
        one.proxy().delay(Duration.ofMillis(random.nextInt(40)));
        one.rows().delay(Duration.ofMillis(random.nextInt(20)));
      }
      default -> {
        one.proxy().refuse(true);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
        one.proxy().refuse(false);
      }
    }
    return false;
  }
}
