package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.log.wiring.RealDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that acknowledges over a pipe is killed at random: what it acknowledged is there. */
final class KillTest {
  private static final int CALLERS = 8;
  private static final String OPTIONS = "?segmentBytes=1048576&prepareBytes=262144";

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    int rounds = Boolean.getBoolean("millrace.nightly") ? 200 : 3;
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> acknowledged = new HashSet<>();
    for (int round = 0; round < rounds; round++) {
      acknowledged.addAll(run(round, 200 + random.nextInt(2_000)));
      LogVerification verification = LogFolder.verify(RealDisk.at(folder));
      assertThat(verification.damage()).as("round %d of seed %d", round, seed).isEmpty();
      try (EventStore store = EventStore.open("log:" + folder + OPTIONS)) {
        assertThat(stored(store)).as("round %d of seed %d", round, seed).containsAll(acknowledged);
      }
    }
  }

  /** Runs the child until it has acknowledged so many appends, kills it, and gives all of them. */
  private List<String> run(int round, int acknowledgements)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> acknowledged = new ArrayList<>();
    try (BufferedReader answers =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.endsWith(".")) { // a line that the kill cut has no end
          acknowledged.add(line);
        }
        if (acknowledged.size() == acknowledgements) {
          child.toHandle().destroyForcibly(); // the process, not the pipe
        }
      }
    }
    child.waitFor();
    assertThat(acknowledged.size()).isGreaterThanOrEqualTo(acknowledgements);
    return acknowledged;
  }

  private static List<String> stored(EventStore store) {
    List<String> found = new ArrayList<>();
    for (long from = 1; from <= store.head(); ) {
      var page = store.read(Query.all(), from, Direction.FORWARD, 10_000);
      for (RecordedEvent event : page.events()) {
        found.add(event.data().utf8() + " " + event.position() + ".");
      }
      from = page.examined() + 1;
    }
    return found;
  }

  /** The process that is killed. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws InterruptedException {
      long round = Long.parseLong(arguments[1]);
      EventStore store = EventStore.open("log:" + arguments[0] + OPTIONS);
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        long id = round * CALLERS + caller;
        callers.add(Thread.ofPlatform().start(() -> append(store, id)));
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }

    private static void append(EventStore store, long caller) {
      for (long i = 0; i < 1_000_000; i++) {
        String name = caller + "-" + i;
        NewEvent event =
            new NewEvent(
                "happened", 1, List.of(new TagValue("caller", "" + caller)), Bytes.utf8(name));
        Append append = Append.of(new UUID(caller, i), List.of(event));
        String line =
            switch (store.append(append).join()) {
              case dev.millrace.core.store.AppendResult.Appended appended ->
                  name + " " + appended.first() + ".\n";
              case dev.millrace.core.store.AppendResult.Conflict conflict ->
                  throw new IllegalStateException("conflict at " + conflict.position());
            };
        synchronized (System.out) {
          System.out.print(line);
          System.out.flush();
        }
      }
    }
  }
}
