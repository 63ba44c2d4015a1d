package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.DeadLetterAction;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.FailureCause;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a processor that runs: what is asked is recorded, then done by its worker.
 */
final class OperatedDeadLetters implements DeadLetters {
  private final Processing processing;
  private final Consumer<ProcessorRequests.Action> worker;
  private final Consumer<String> mustBeHere;

  /**
   * Makes them.
   *
   * @param mustBeHere throws when other processes have a part of the processor, and so perhaps what
   *     is not found; gets what could not be done
   */
  OperatedDeadLetters(
      Processing processing,
      Consumer<ProcessorRequests.Action> worker,
      Consumer<String> mustBeHere) {
    this.processing = processing;
    this.worker = worker;
    this.mustBeHere = mustBeHere;
  }

  @Override
  public List<DeadLetter> list() {
    return processing.standing().deadLetters();
  }

  @Override
  public List<Group> causes() {
    Map<String, List<DeadLetter>> groups = new LinkedHashMap<>();
    for (DeadLetter letter : list()) {
      groups.computeIfAbsent(letter.cause().fingerprint(), first -> new ArrayList<>()).add(letter);
    }
    List<Group> causes = new ArrayList<>();
    for (List<DeadLetter> group : groups.values()) {
      FailureCause newest = group.get(0).cause();
      for (DeadLetter letter : group) {
        newest = letter.lastFailed().isAfter(group.get(0).lastFailed()) ? letter.cause() : newest;
      }
      causes.add(new Group(newest, group.size(), group.stream().map(DeadLetter::id).toList()));
    }
    causes.sort(Comparator.comparingInt(Group::count).reversed());
    return causes;
  }

  private @Nullable DeadLetter find(String id) {
    for (DeadLetter letter : list()) {
      if (letter.id().equals(id)) {
        return letter;
      }
    }
    return null;
  }

  @Override
  public Optional<Inspected> inspect(String id) {
    DeadLetter letter = find(id);
    if (letter == null) {
      return Optional.empty();
    }
    RecordedEvent stored = stored(letter);
    DeadLetter.Edit edit = letter.edit();
    Optional<Object> decoded = Optional.empty();
    String problem = "";
    try {
      decoded =
          Optional.of(
              processing.context().readEvent(edit == null ? stored : EditedEvent.of(stored, edit)));
    } catch (MillraceException unreadable) {
      problem = String.valueOf(unreadable.getMessage());
    }
    return Optional.of(
        new Inspected(
            letter, processing.context().shown(stored), decoded, problem, waiting(letter)));
  }

  private RecordedEvent stored(DeadLetter letter) {
    List<RecordedEvent> found =
        processing
            .store()
            .read(Query.all().acrossTenants(), letter.position(), Direction.FORWARD, 1)
            .events();
    if (found.isEmpty() || found.get(0).position() != letter.position()) {
      throw new MillraceException(
          "event "
              + letter.position()
              + " of a dead letter of '"
              + processing.driver().name()
              + "' is not in the store any more; discard the dead letter");
    }
    return found.get(0);
  }

  private int waiting(DeadLetter letter) {
    Query all = processing.driver().query();
    List<Query.Criterion> criteria = new ArrayList<>();
    for (Query.Criterion one : all.anyOf()) {
      var tag = letter.key().tag();
      criteria.add(tag == null ? one : new Query.Criterion(one.types(), List.of(tag)));
    }
    Query query = new Query(letter.key().tenant(), criteria);
    int waiting = 0;
    long from = letter.position() + 1;
    while (waiting < Inspected.MOST_COUNTED) {
      EventPage page =
          processing.store().read(query, from, Direction.FORWARD, Inspected.MOST_COUNTED);
      for (RecordedEvent event : page.events()) {
        waiting += processing.options().ordering().keysOf(event).contains(letter.key()) ? 1 : 0;
      }
      if (page.events().isEmpty()) {
        return waiting;
      }
      from = page.examined() + 1;
    }
    return Inspected.MOST_COUNTED;
  }

  @Override
  public CompletableFuture<Boolean> redrive(String id, String actor) {
    return recorded(
        id,
        actor,
        letter -> new DeadLetterAction.Redriven(name(), letter.key().toString(), letter.position()),
        BlockedKey::redrive);
  }

  @Override
  public CompletableFuture<Boolean> discard(String id, String reason, String actor) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("say why the event is discarded; it is recorded");
    }
    return recorded(
        id,
        actor,
        letter ->
            new DeadLetterAction.Discarded(
                name(),
                letter.key().toString(),
                letter.position(),
                reason,
                letter.cause().fingerprint()),
        BlockedKey::discard);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  public CompletableFuture<Void> edit(String id, Bytes data, String actor) {
    return processing
        .seams()
        .scheduler()
        .call("edit a dead letter of " + name(), () -> editNow(id, data, actor))
        .thenCompose(edited -> edited)
        .thenAccept(kept -> {});
  }

  private CompletableFuture<Boolean> editNow(String id, Bytes data, String actor) {
    DeadLetter found = find(id);
    if (found == null) {
      return unknown(id);
    }
    NewEvent written = corrected(stored(found), data);
    DeadLetter.Edit edit = new DeadLetter.Edit(written.data(), written.schemaVersion());
    return recorded(
        id,
        actor,
        letter ->
            new DeadLetterAction.Edited(
                name(),
                letter.key().toString(),
                letter.position(),
                Base64.getEncoder().encodeToString(edit.data().toArray()),
                edit.schemaVersion()),
        key -> key.edit(edit));
  }

  /** The payload as it would be stored, if it fits. */
  private NewEvent corrected(RecordedEvent stored, Bytes data) {
    Context context = processing.context();
    Class<?> type =
        context
            .eventType(stored.type())
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "this program does not know events '" + stored.type() + "'"));
    Object event;
    try {
      event = context.codec().decode(data, type);
    } catch (MillraceException unreadable) {
      throw new IllegalArgumentException(
          "this is no '" + stored.type() + "': " + unreadable.getMessage(), unreadable);
    }
    NewEvent written =
        context.writeEvent(event, stored.tenant(), "edit/" + processing.seams().newId());
    boolean isAboutTheSame =
        context.isReceived(stored.type())
            ? stored.tags().containsAll(written.tags())
            : written.tags().equals(stored.tags());
    if (!isAboutTheSame) {
      throw new IllegalArgumentException(
          "the corrected event would be about "
              + written.tags()
              + ", but the event is about "
              + stored.tags()
              + "; what it is about cannot be corrected");
    }
    return written;
  }

  @Override
  public CompletableFuture<Integer> redriveCause(
      String fingerprint, double perSecond, String actor) {
    return redrive(
        list().stream().filter(letter -> letter.cause().fingerprint().equals(fingerprint)).toList(),
        perSecond,
        actor);
  }

  @Override
  public CompletableFuture<Integer> redriveAll(double perSecond, String actor) {
    return redrive(list(), perSecond, actor);
  }

  private CompletableFuture<Integer> redrive(
      List<DeadLetter> letters, double perSecond, String actor) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("a rate is more than 0 a second, not " + perSecond);
    }
    if (letters.isEmpty()) {
      try {
        mustBeHere.accept("there are no such dead letters in this process");
      } catch (ProcessorElsewhereException elsewhere) {
        return CompletableFuture.failedFuture(elsewhere);
      }
    }
    CompletableFuture<Integer> level = new CompletableFuture<>();
    Duration pause = Duration.ofNanos((long) (Duration.ofSeconds(1).toNanos() / perSecond));
    redriveFrom(letters, 0, 0, pause, actor, level);
    return level;
  }

  private void redriveFrom(
      List<DeadLetter> letters,
      int next,
      int level,
      Duration pause,
      String actor,
      CompletableFuture<Integer> done) {
    if (next == letters.size()) {
      done.complete(level);
      return;
    }
    CompletableFuture<Void> paused =
        next == 0
            ? CompletableFuture.completedFuture(null)
            : processing.seams().scheduler().after(pause);
    var unused =
        paused
            .thenCompose(now -> redrive(letters.get(next).id(), actor))
            .whenComplete((isLevel, failure) -> {
              if (failure != null
                  && !(EventFailure.reasonOf(failure) instanceof IllegalArgumentException)) {
                done.completeExceptionally(EventFailure.reasonOf(failure));
                return;
              }
              // who is gone, or is being tried by somebody else, is not ours to count
              int count = failure == null && isLevel ? level + 1 : level;
              redriveFrom(letters, next + 1, count, pause, actor, done);
            });
  }

  private String name() {
    return processing.driver().name();
  }

  private CompletableFuture<Boolean> unknown(String id) {
    String none = "processor '" + name() + "' has no dead letter '" + id + "'";
    try {
      mustBeHere.accept(none + " in this process");
    } catch (ProcessorElsewhereException elsewhere) {
      return CompletableFuture.failedFuture(elsewhere);
    }
    return CompletableFuture.failedFuture(new IllegalArgumentException(none));
  }

  private interface ActionOf {
    DeadLetterAction of(DeadLetter letter);
  }

  private CompletableFuture<Boolean> recorded(
      String id, String actor, ActionOf action, UnaryOperator<BlockedKey> change) {
    DeadLetter letter = find(id);
    if (letter == null) {
      return unknown(id);
    }
    return append(action.of(letter), letter.key().tenant(), actor)
        .thenCompose(recorded -> {
          CompletableFuture<Boolean> done = new CompletableFuture<>();
          worker.accept(new ProcessorRequests.Action(id, change, done));
          return done;
        });
  }

  private CompletableFuture<AppendResult> append(
      DeadLetterAction action, Tenant tenant, String actor) {
    UUID id = processing.seams().newId();
    NewEvent event = processing.context().writeEvent(action);
    return processing
        .store()
        .append(
            new Append(
                id,
                tenant,
                List.of(event),
                AppendCondition.NONE,
                new Metadata(null, null, null, actor),
                null));
  }
}
