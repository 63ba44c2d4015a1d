package dev.millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What somebody would pick instead, with the same decider on the same server. */
interface CommandPeer extends AutoCloseable {
  /** Its name and version. */
  String name();

  /** Deposits a cent: reads the account, decides and stores an event; durable when it returns. */
  void deposit(String account, String note) throws Exception;

  /** Reads all of its events, those of an account in their order. */
  void read(Reader reader) throws Exception;

  /** How it is set, by name. */
  Map<String, Object> settings();

  /** What reads the events. */
  @FunctionalInterface
  interface Reader {
    /** One. */
    void event(String account, long cents, String note);
  }

  /**
   * What was read.
   *
   * @param events of one pass
   * @param perSecond events, decoded
   */
  record Rate(long events, double perSecond) {}

  /** Commands on accounts that are drawn at random. */
  default Subject subject(int accounts) {
    return new Subject() {
      @Override
      public void append(int events) throws Exception {
        int account = ThreadLocalRandom.current().nextInt(accounts);
        deposit(Integer.toString(account), CommandSubject.note());
      }

      @Override
      public void submit(int events, Consumer<@Nullable Throwable> answer) {
        throw new UnsupportedOperationException("commands are measured in a closed loop");
      }
    };
  }

  /** Stores a few and reads them back; throws if they are not what it was given. */
  default void check() throws Exception {
    List<String> given = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String account = Integer.toString(i);
      for (int j = 0; j < 2; j++) {
        String note = CommandSubject.note();
        deposit(account, note);
        given.add(account + " 1 " + note);
      }
    }
    List<String> found = new ArrayList<>();
    read((account, cents, note) -> found.add(account + " " + cents + " " + note));
    if (!found.equals(given)) {
      throw new IllegalStateException(
          name() + " was given other events than it has: " + given + ", " + found);
    }
  }

  /**
   * Reads everything again and again, as a projection does that is made anew: once for warming up,
   * then until the time is over, and at least once.
   */
  default Rate replay(Duration most, Watch watch) throws Exception {
    long events = pass();
    long start = System.nanoTime();
    long count = 0;
    do {
      count += pass();
      watch.at(count, (double) (System.nanoTime() - start) / most.toNanos());
    } while (System.nanoTime() - start < most.toNanos());
    return new Rate(events, count / ((System.nanoTime() - start) / 1e9));
  }

  private long pass() throws Exception {
    long[] seen = new long[2];
    read((_, cents, _) -> {
      seen[0]++;
      seen[1] += cents;
    });
    if (seen[0] == 0 || seen[0] != seen[1]) {
      throw new IllegalStateException(
          "a replay of " + name() + " read " + seen[1] + " cents in " + seen[0] + " events");
    }
    return seen[0];
  }

  @Override
  void close();
}
