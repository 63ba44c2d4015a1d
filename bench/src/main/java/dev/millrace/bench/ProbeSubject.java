package dev.millrace.bench;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Single events that are appended under a condition; that it does not hold is a failure. */
final class ProbeSubject implements Subject {
  private final EventStore store;
  private final long seed;
  private final LongFunction<AppendCondition> conditions;
  private final List<NewEvent> events;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * A subject.
   *
   * @param seed of its append ids
   * @param conditions by the number of the append, asked by one thread at a time
   */
  ProbeSubject(EventStore store, long seed, LongFunction<AppendCondition> conditions) {
    this.store = store;
    this.seed = seed;
    this.conditions = conditions;
    this.events =
        List.of(
            new NewEvent(
                Measured.TYPE,
                1,
                List.of(new TagValue("probe", "1")),
                Measured.random(new SplittableRandom(seed), new JsonCodec())));
  }

  @Override
  public void append(int count) {
    CompletableFuture<@Nullable Throwable> answer = new CompletableFuture<>();
    submit(count, answer::complete);
    Throwable thrown = answer.join();
    if (thrown != null) {
      throw new IllegalStateException("not appended: " + thrown, thrown);
    }
  }

  @Override
  public void submit(int count, Consumer<@Nullable Throwable> answer) {
    long number = numbers.getAndIncrement();
    Append append = Append.of(LogSubject.id(seed, number), events).onlyIf(conditions.apply(number));
    CompletableFuture<AppendResult> _ =
        store
            .append(append)
            .whenComplete(
                (result, thrown) -> answer.accept(thrown == null ? wrong(result) : thrown));
  }

  private static @Nullable Throwable wrong(AppendResult result) {
    return result instanceof AppendResult.Appended appended && !appended.repeated()
        ? null
        : new IllegalStateException("not appended: " + result);
  }
}
