package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.EventStore;
import dev.millrace.log.wiring.RealDisk;
import dev.millrace.testkit.process.Acknowledged;
import dev.millrace.testkit.process.AppendLoad;
import dev.millrace.testkit.process.ProcessRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that acknowledges over a pipe is killed, at random and at exact system calls, or its
 * system calls fail: what it acknowledged is there. The next process goes on in the same folder.
 */
final class KillTest {
  private static final int ROUNDS =
      Integer.getInteger("millrace.kills", Boolean.getBoolean("millrace.nightly") ? 200 : 10);

  private static final int CALLERS = 8;

  /** So small that a process makes several segments and index files. */
  private static final String SMALL =
      "?segmentBytes=65536&prepareBytes=16384&reserveBytes=0&idleMillis=20";

  /** What goes wrong, and at which calls. */
  private static final Map<String, List<String>> INJECTED =
      Map.of(
          "signal=SIGKILL",
          List.of("fdatasync", "pwrite64", "fsync", "rename", "ftruncate", "write"),
          "error=EIO",
          List.of("fdatasync", "pwrite64", "fsync", "rename"),
          "error=ENOSPC",
          List.of("pwrite64", "fdatasync"));

  @TempDir Path folder;
  private final Acknowledged acknowledged = new Acknowledged();
  private long seed;
  private SplittableRandom random;

  @BeforeEach
  void drawSeed() {
    seed = Long.getLong("millrace.seed", System.nanoTime());
    random = new SplittableRandom(seed);
  }

  private String url(String options) {
    return "log:" + folder.resolve("store") + options;
  }

  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String options = "?segmentBytes=1048576&prepareBytes=262144";
      AppendLoad load = new AppendLoad(url(options), round, CALLERS, 1_000_000);
      int kill = 1 + random.nextInt(round % 2 == 0 ? 50 : 1_500);
      ProcessRun run = ProcessRun.of(List.of(), load, kill);
      assertThat(run.acknowledged()).isGreaterThanOrEqualTo(kill);
      assertThat(run.disturbed()).isTrue();
      compare(run, "round " + round);
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesAKillOrAFailureAtAnExactSystemCall() throws Exception {
    Strace.require();
    List<Injection> all = injections();
    int struck = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Injection injection = all.get(random.nextInt(all.size()));
      List<String> strace = Strace.injecting(injection.call(), injection.how(), injection.n());
      ProcessRun run = ProcessRun.of(strace, load(round + 1), ProcessRun.UNDISTURBED);
      struck += run.disturbed() ? 1 : 0;
      compare(run, injection + " in round " + round);
    }
    assertThat(struck).as("processes that noticed, of seed %d", seed).isPositive();
  }

  /** The system call says that it has written, and has not. */
  @Test
  void aDiskThatDoesNotWriteIsFoundOut() throws Exception {
    Strace.require();
    assertThatThrownBy(
            () -> {
              for (int n = 4; n < 12; n++) {
                AppendLoad load = new AppendLoad(url(SMALL.replace("=20", "=60000")), n, 1, 20);
                List<String> strace = Strace.injecting("pwrite64", "retval=8", n);
                compare(ProcessRun.of(strace, load, 12), "call " + n);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("of seed " + seed); // the comparison has found it, nobody else
  }

  /** The n-th call of a thread, and what happens there. */
  private record Injection(String how, String call, int n) {}

  private AppendLoad load(int round) {
    return new AppendLoad(url(SMALL), round, 2, 60);
  }

  /** All that can go wrong in a process of this load: the first one is only counted. */
  private List<Injection> injections() throws Exception {
    Path calls = folder.resolve("calls");
    List<String> kinds = INJECTED.get("signal=SIGKILL");
    ProcessRun run = ProcessRun.of(Strace.counting(calls, kinds), load(0), ProcessRun.UNDISTURBED);
    assertThat(run.disturbed()).as("%s", run).isFalse();
    compare(run, "an undisturbed process");
    Map<String, Integer> most = Strace.most(calls);
    List<Injection> all = new ArrayList<>();
    INJECTED.forEach((how, names) -> {
      for (String name : names) {
        for (int n = 1; n <= most.getOrDefault(name, 0); n++) {
          all.add(new Injection(how, name, n));
        }
      }
    });
    all.sort(java.util.Comparator.comparing(Injection::toString)); // the same for a seed
    return all;
  }

  private void compare(ProcessRun run, String when) {
    String what = when + " of seed " + seed;
    acknowledged.add(run);
    LogVerification verification = LogFolder.verify(RealDisk.at(folder.resolve("store")));
    assertThat(verification.damage()).as(what).isEmpty();
    try (EventStore store = EventStore.open(url(SMALL))) {
      acknowledged.check(store);
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError("after " + what + ": " + failed.getMessage(), failed);
    }
  }
}
