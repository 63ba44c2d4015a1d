package dev.millrace.core;

import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a processor whose effects are elsewhere: what a part asks for is carried out, then the store
 * keeps the checkpoint. After a crash what came since the checkpoint is carried out again, with the
 * same ids. Effects are in order, so the work is whole.
 *
 * @param <O> what the events of a part ask for
 */
abstract class EffectDriver<O> implements ProcessorDriver {
  private final Context context;
  private final String kind;
  private final String name;
  private final Scheduler scheduler;
  private final StoredProgress progress;

  /**
   * Makes one.
   *
   * @param kind what the processor is, for messages
   * @param onlyNew whether it begins at the head
   */
  EffectDriver(
      Context context,
      String kind,
      String name,
      boolean onlyNew,
      EventStore store,
      Scheduler scheduler) {
    this.context = context;
    this.kind = kind;
    this.name = name;
    this.scheduler = scheduler;
    this.progress = new StoredProgress(context.name(), kind, name, onlyNew, store, scheduler);
  }

  /** What to do for events; the attempt is told which one is in hand. May block. */
  abstract O prepare(List<RecordedEvent> events, Tracing.Handling spans, Attempt attempt)
      throws Exception;

  /** Does it; completes when all of it has been answered. */
  abstract CompletableFuture<Void> carryOut(O outgoing, Attempt attempt);

  final Context context() {
    return context;
  }

  final Recorded<Object> read(int index, RecordedEvent stored) {
    try {
      return new Recorded<>(context.readEvent(stored), stored);
    } catch (RuntimeException unreadable) {
      throw EventFailure.ofReading(index, unreadable);
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int version() {
    return 1;
  }

  @Override
  public final int shares() {
    return 1;
  }

  @Override
  public final CompletableFuture<Void> handle(Part part, Tracing.Handling spans) {
    Attempt attempt = new Attempt(name, scheduler, options().retry().timeLimit().orElse(null));
    return attempt.run(() ->
        scheduler
            .call(kind + " " + name, () -> prepare(part.events(), spans, attempt))
            .thenCompose(outgoing -> carryOut(outgoing, attempt))
            .thenCompose(done -> {
              attempt.committing();
              attempt.commits();
              return save(part.change());
            }));
  }

  @Override
  public final CompletableFuture<Progress> start(Grant grant) {
    return progress.start(grant);
  }

  @Override
  public final CompletableFuture<Optional<Passed>> passed() {
    return progress.passed();
  }

  @Override
  public final CompletableFuture<Progress> skip() {
    return progress.skip();
  }

  @Override
  public final CompletableFuture<Progress> reset(Grant grant) {
    return progress.reset();
  }

  @Override
  public final CompletableFuture<Boolean> isSaved(ProgressChange change) {
    return progress.isSaved(change);
  }

  @Override
  public final CompletableFuture<Void> save(ProgressChange change) {
    return progress.save(change);
  }
}
