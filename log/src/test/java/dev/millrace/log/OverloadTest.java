package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever offers far more than the disk takes is told so; memory stays bounded. */
final class OverloadTest {
  private static final int CALLERS = 4;
  private static final int OFFERS = 25_000;
  private static final int EVENT_BYTES = 8 * 1024;
  private static final int QUEUE_BYTES = 8 << 20;
  private static final String HEAP = "-Xmx48m";

  @TempDir Path folder;

  /** 800 MB are offered, without waiting, to a process with 48 MB. */
  @Test
  void offersBeyondTheQueueAreRefusedInBoundedMemory() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(child.waitFor()).as(said).isZero();
    String[] counts = said.split(" ", -1);
    long stored = Long.parseLong(counts[0]);
    long refused = Long.parseLong(counts[1]);
    assertThat(stored).isGreaterThan(QUEUE_BYTES / EVENT_BYTES / 2);
    assertThat(refused).as("of %d that were stored", stored).isPositive();
    assertThat(stored + refused).isEqualTo((long) CALLERS * OFFERS);
  }

  /** The process that is overloaded. */
  static final class Child {
    private static final LongAdder STORED = new LongAdder();
    private static final LongAdder REFUSED = new LongAdder();

    private Child() {}

    public static void main(String[] arguments) throws InterruptedException {
      LogOptions options = LogOptions.DEFAULT.withMaxQueuedBytes(QUEUE_BYTES);
      LogEventStore store =
          LogEventStore.open(RealDisk.at(Path.of(arguments[0])), SystemSeams.shared(), options);
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int id = caller;
        callers.add(Thread.ofPlatform().start(() -> offer(store, id)));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      long overloads = store.activity().orElseThrow().overloads();
      store.close(); // finishes what it took
      if (overloads != REFUSED.sum()) {
        System.exit(2);
      }
      try (LogEventStore again =
          LogEventStore.open(RealDisk.at(Path.of(arguments[0])), SystemSeams.shared(), options)) {
        if (again.head() != STORED.sum()) {
          System.exit(3);
        }
      }
      System.out.println(STORED.sum() + " " + REFUSED.sum());
    }

    private static void offer(LogEventStore store, long caller) {
      for (int i = 0; i < OFFERS; i++) {
        NewEvent event =
            new NewEvent(
                "offered",
                1,
                List.of(new TagValue("caller", "" + caller)),
                Bytes.wrap(new byte[EVENT_BYTES]));
        CompletableFuture<AppendResult> answer =
            store.append(Append.of(new UUID(caller, i), List.of(event)));
        CompletableFuture<Void> unused =
            answer.handle((result, failure) -> {
              if (failure == null) {
                STORED.increment();
              } else if (failure instanceof StoreOverloadedException) {
                REFUSED.increment();
              }
              return null;
            });
      }
    }
  }
}
