package dev.millrace.bench;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The embedded store. Its events are made before, so that what is measured is the store; an append
 * takes a list of them and a new id.
 */
final class LogSubject implements Subject {
  private static final int POOL = 1 << 14;
  private static final int BATCHES = 1 << 9;
  private static final int ENTITIES = 100_000;

  private final EventStore store;
  private final List<List<NewEvent>> single;
  private final List<List<NewEvent>> batches;
  private final int batch;
  private final AtomicLong numbers = new AtomicLong();
  private final long seed;

  /**
   * A subject.
   *
   * @param batch events of an append that has more than one
   */
  LogSubject(EventStore store, int batch, long seed) {
    this.store = store;
    this.batch = batch;
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    JsonCodec codec = new JsonCodec();
    this.single = new ArrayList<>(POOL);
    for (int i = 0; i < POOL; i++) {
      single.add(List.of(event(random, Measured.random(random, codec))));
    }
    this.batches = new ArrayList<>(BATCHES);
    for (int i = 0; i < BATCHES; i++) {
      List<NewEvent> events = new ArrayList<>(batch);
      for (int j = 0; j < batch; j++) {
        events.add(single.get(random.nextInt(POOL)).getFirst());
      }
      batches.add(List.copyOf(events));
    }
  }

  private static NewEvent event(SplittableRandom random, Bytes data) {
    TagValue entity = new TagValue("entity", Integer.toString(random.nextInt(ENTITIES)));
    return new NewEvent(Measured.TYPE, 1, List.of(entity), data);
  }

  @Override
  public void append(int events) {
    check(store.append(next(events)).join());
  }

  @Override
  public void submit(int events, Consumer<@Nullable Throwable> answer) {
    CompletableFuture<AppendResult> _ =
        store
            .append(next(events))
            .whenComplete(
                (result, thrown) -> answer.accept(thrown == null ? wrong(result) : thrown));
  }

  private Append next(int events) {
    if (events != 1 && events != batch) {
      throw new IllegalArgumentException("batches have " + batch + " events, not " + events);
    }
    long number = numbers.getAndIncrement();
    List<NewEvent> list =
        events == 1 ? single.get((int) (number % POOL)) : batches.get((int) (number % BATCHES));
    return Append.of(id(seed, number), list);
  }

  /** Ids without order, as random ones are; the same for the same number. */
  static UUID id(long seed, long number) {
    return new UUID(mix(seed + 2 * number), mix(~seed + 2 * number + 1));
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long mixed = value * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  private static void check(AppendResult result) {
    Throwable wrong = wrong(result);
    if (wrong != null) {
      throw new IllegalStateException(wrong.getMessage());
    }
  }

  private static @Nullable Throwable wrong(AppendResult result) {
    return result instanceof AppendResult.Appended appended && !appended.repeated()
        ? null
        : new IllegalStateException("not appended: " + result);
  }
}
