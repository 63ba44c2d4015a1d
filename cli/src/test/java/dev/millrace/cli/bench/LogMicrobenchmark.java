package dev.millrace.cli.bench;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Single operations of the log. Run {@code org.openjdk.jmh.Main LogMicrobenchmark} with this
 * module's test class path; a store on {@code -Djava.io.tmpdir=/dev/shm} shows the engine without
 * the disk.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogMicrobenchmark {
  private static final int ENTITIES = 10_000;
  private static final int EVENTS = 200_000;
  private static final int PIPELINED = 100;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Bytes data = Bytes.wrap(new byte[256]);
  private Path folder = Path.of("");
  private EventStore store;

  /** Fills a store. */
  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("millrace-jmh");
    store = EventStore.open("log:" + folder);
    for (int i = 0; i < EVENTS / PIPELINED; i++) {
      appendPipelined();
    }
  }

  /** Deletes it. */
  @TearDown
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private TagValue entity() {
    return new TagValue("entity", Integer.toString(random.nextInt(ENTITIES)));
  }

  private Append single(TagValue entity) {
    return Append.of(
        new UUID(random.nextLong(), random.nextLong()),
        List.of(new NewEvent("measured", 1, List.of(entity), data)));
  }

  /** One append, durable. */
  @Benchmark
  public AppendResult append() {
    return store.append(single(entity())).join();
  }

  /** A hundred appends of which none waits for another, all durable. */
  @Benchmark
  public Object appendPipelined() {
    CompletableFuture<?>[] answers = new CompletableFuture<?>[PIPELINED];
    for (int i = 0; i < PIPELINED; i++) {
      answers[i] = store.append(single(entity()));
    }
    return CompletableFuture.allOf(answers).join();
  }

  /** All events of an entity. */
  @Benchmark
  public EventPage readByTag() {
    return store.read(Query.tags(entity()), 1, Direction.FORWARD, 100);
  }

  /** A condition that does not hold, so that nothing is written: found by the index. */
  @Benchmark
  public AppendResult conditionThatFails() {
    TagValue entity = entity();
    return store
        .append(single(entity).onlyIf(AppendCondition.noneMatching(Query.tags(entity), 0)))
        .join();
  }
}
