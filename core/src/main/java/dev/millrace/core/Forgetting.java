package dev.millrace.core;

import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Forgets subjects in a context: first the key, then the event that tells of it. Each of the two is
 * the record by which the other is made up for: a crash in between, a log that was restored from
 * before the event, and keys that were restored from before they were destroyed all end the same
 * when the context is hosted the next time.
 */
final class Forgetting {
  private static final int PAGE = 1_000;

  private final Context context;
  private final EventStore store;
  private final SubjectKeys keys;

  Forgetting(Context context, EventStore store) {
    this.context = context;
    this.store = store;
    SubjectKeys given = context.protection().keys();
    if (given == null) {
      throw new IllegalArgumentException("context '" + context.name() + "' has no keys");
    }
    this.keys = given;
  }

  CompletableFuture<List<Receipt>> forget(Subject subject) {
    return keys.forget(subject)
        .thenCompose(destroyed -> {
          CompletableFuture<List<Receipt>> all =
              CompletableFuture.completedFuture(new ArrayList<>());
          for (UUID key : destroyed) {
            all = all.thenCombine(tell(subject, key), Forgetting::and);
          }
          return all;
        });
  }

  private static List<Receipt> and(List<Receipt> receipts, Receipt next) {
    receipts.add(next);
    return receipts;
  }

  /** Makes up for what is missing on either side. */
  CompletableFuture<Void> finish() {
    return destroyAgain().thenCompose(destroyed -> tellAll());
  }

  private CompletableFuture<Void> destroyAgain() {
    Query told = Query.types(SubjectForgotten.NAME).acrossTenants();
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    long next = 1;
    while (next <= store.head()) {
      EventPage page = store.read(told, next, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        if (context.readEvent(event) instanceof SubjectForgotten forgotten
            && keys.find(forgotten.key()).orElse(null) instanceof KeyState.Alive) {
          all = all.thenCompose(done -> keys.destroy(forgotten.key()));
        }
      }
      if (page.examined() < next) {
        break;
      }
      next = page.examined() + 1;
    }
    return all;
  }

  private CompletableFuture<Void> tellAll() {
    Set<String> tags = context.subjectTags();
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (KeyState.Destroyed destroyed : keys.destroyed()) {
      Subject subject = destroyed.subject();
      if (tags.contains(subject.tag().name())
          && store.find(appendId(subject, destroyed.id())).isEmpty()) {
        all = all.thenCompose(before -> tell(subject, destroyed.id()).thenAccept(told -> {}));
      }
    }
    return all;
  }

  private UUID appendId(Subject subject, UUID key) {
    return AppendIds.of(context.name(), subject.tenant(), "millrace:forgotten/" + key);
  }

  /** Once for each key, whoever asks and how often. */
  private CompletableFuture<Receipt> tell(Subject subject, UUID key) {
    UUID id = appendId(subject, key);
    Optional<StoredAppend> before = store.find(id);
    if (before.isPresent()) {
      StoredAppend told = before.get();
      return CompletableFuture.completedFuture(
          new Receipt(
              context.name(), store.identity(), told.first(), told.last(), told.time(), true));
    }
    Append append =
        new Append(
            id,
            subject.tenant(),
            List.of(context.writeEvent(new SubjectForgotten(subject.tag(), key))),
            AppendCondition.NONE,
            Metadata.NONE,
            null);
    return store.append(append).thenApply(this::receipt);
  }

  private Receipt receipt(AppendResult result) {
    return switch (result) {
      case AppendResult.Appended done ->
          new Receipt(
              context.name(),
              store.identity(),
              done.first(),
              done.last(),
              done.time(),
              done.repeated());
      case AppendResult.Conflict conflict ->
          throw new IllegalStateException("a conflict without a condition: " + conflict);
    };
  }
}
