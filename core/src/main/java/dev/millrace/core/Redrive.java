package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings blocked keys level with their processor: the dead letter again, then what waits behind it,
 * in order. One key at a time, and with it those that wait for it at an event of several keys.
 * Decides which part is next; used by the steps of one worker.
 */
final class Redrive {
  private static final int PAGE = 256;

  private final Processing processing;
  private final BlockedKeys blocked;
  private final TreeSet<OrderingKey> keys = new TreeSet<>();
  private Run run;
  private long examined;
  private boolean toTheEnd;
  private Instant notBefore = Instant.MIN;
  private int failures;
  private @Nullable ProgressChange due;
  private @Nullable Part unanswered;
  private boolean halted;

  Redrive(Processing processing, BlockedKeys blocked) {
    this.processing = processing;
    this.blocked = blocked;
    this.run = runOf(List.of());
  }

  private Run runOf(List<RecordedEvent> events) {
    return Run.once(events, PAGE, processing.options().retry());
  }

  /** When there is something to do; null: never, as things are. */
  @Nullable Instant dueAt() {
    if (halted) {
      return null;
    }
    if (unanswered != null || due != null || !keys.isEmpty() || first() != null) {
      return notBefore;
    }
    return null;
  }

  /** It cannot go on until somebody resumes it, and then with what operators made of the keys. */
  void halt() {
    halted = true;
    if (unanswered == null) {
      due = null;
      keys.clear();
      run = runOf(List.of());
      examined = 0;
    }
  }

  boolean isHalted() {
    return halted;
  }

  /** A part of which it is not known whether it was committed: nothing may move before it is. */
  @Nullable Part unanswered() {
    return unanswered;
  }

  /** It is not known whether a part was committed; it is asked after a while. */
  void unanswered(Part part) {
    unanswered = part;
    notBefore = failures == 0 ? Instant.MIN : later();
    failures++;
  }

  private Instant later() {
    return processing
        .now()
        .plus(processing.options().retry().backoff(failures, processing.seams().random()));
  }

  /** Somebody wants it to try again now. */
  void resumed() {
    halted = false;
    notBefore = Instant.MIN;
    run.forgive();
  }

  private @Nullable BlockedKey first() {
    for (BlockedKey one : blocked.all()) {
      if (one.redriving()) {
        return one;
      }
    }
    return null;
  }

  /**
   * What to handle next; null: nothing now. Reads the store.
   *
   * @param upTo the processor has passed every event up to and including this position
   * @param isDrained whether everything before that is handled, so that a key may be let go
   */
  @Nullable Part next(long upTo, boolean isDrained) {
    if (due != null) {
      return new Part(List.of(), due);
    }
    if (keys.isEmpty()) {
      BlockedKey first = first();
      if (first == null) {
        return null;
      }
      keys.add(first.key());
      examined = 0;
      run = runOf(List.of());
    }
    if (run.isEmpty()) {
      ProgressChange change = load(upTo, isDrained);
      if (change != null && !change.freed().isEmpty() && !isDrained) {
        return null;
      }
      if (change != null) {
        due = change;
        return new Part(List.of(), change);
      }
      if (run.isEmpty()) {
        return null;
      }
    }
    List<RecordedEvent> part = run.part();
    boolean level = isDrained && run.isLast() && toTheEnd && examined >= upTo;
    return new Part(edited(part), level ? leveled(upTo) : handled(part));
  }

  private ProgressChange leveled(long upTo) {
    return new ProgressChange(upTo, List.of(), List.copyOf(keys));
  }

  private ProgressChange handled(List<RecordedEvent> part) {
    Map<OrderingKey, BlockedKey> moved = new LinkedHashMap<>();
    for (RecordedEvent event : part) {
      for (OrderingKey key : processing.options().ordering().keysOf(event)) {
        BlockedKey one = blocked.find(key);
        if (one != null && keys.contains(key)) {
          moved.put(key, one.redrive().handledTo(event.position()));
        }
      }
    }
    return ProgressChange.of(List.copyOf(moved.values()));
  }

  /** Reads what comes next; a change that must be saved first is returned instead. */
  private @Nullable ProgressChange load(long upTo, boolean isDrained) {
    while (true) {
      long from = examined + 1;
      long least = Long.MAX_VALUE;
      for (OrderingKey key : keys) {
        BlockedKey one = blocked.find(key);
        least = one == null ? least : Math.min(least, one.handledTo() + 1);
      }
      from = Math.max(from, least);
      if (from > upTo) {
        return leveled(upTo);
      }
      EventPage page = processing.store().read(query(), from, Direction.FORWARD, PAGE);
      List<RecordedEvent> events = new ArrayList<>();
      RecordedEvent stuck = null;
      for (RecordedEvent event : page.events()) {
        if (event.position() > upTo || stuck != null) {
          break;
        }
        if (isDue(event)) {
          if (areAllHere(event, isDrained)) {
            events.add(event);
          } else {
            stuck = event;
          }
        }
      }
      if (stuck == null || !events.isEmpty()) {
        toTheEnd = stuck == null;
        examined = stuck == null ? Math.min(page.examined(), upTo) : stuck.position() - 1;
        run = runOf(events);
        if (!events.isEmpty()) {
          return null;
        }
        continue;
      }
      if (!isDrained && hasKeyInItsLane(stuck)) {
        return null; // it gets a row, and so joins, when the event comes to its turn
      }
      List<BlockedKey> waiting = joinOrWait(stuck);
      if (!waiting.isEmpty()) {
        waiting.forEach(one -> keys.remove(one.key()));
        return ProgressChange.of(waiting);
      }
    }
  }

  private Query query() {
    Query all = processing.driver().query();
    List<Query.Criterion> criteria = new ArrayList<>();
    for (OrderingKey key : keys) {
      for (Query.Criterion one : all.anyOf()) {
        criteria.add(
            key.tag() == null ? one : new Query.Criterion(one.types(), List.of(key.tag())));
      }
    }
    return new Query(keys.size() == 1 ? keys.first().tenant() : null, criteria);
  }

  private boolean isDue(RecordedEvent event) {
    for (OrderingKey key : processing.options().ordering().keysOf(event)) {
      BlockedKey one = blocked.find(key);
      if (keys.contains(key) && one != null && event.position() > one.handledTo()) {
        return true;
      }
    }
    return false;
  }

  private boolean areAllHere(RecordedEvent event, boolean isDrained) {
    return keys.containsAll(processing.options().ordering().keysOf(event))
        && (isDrained || !hasKeyInItsLane(event));
  }

  /** Whether a key is not blocked: then earlier events of it may still wait in its lane. */
  private boolean hasKeyInItsLane(RecordedEvent event) {
    for (OrderingKey key : processing.options().ordering().keysOf(event)) {
      if (blocked.find(key) == null) {
        return true;
      }
    }
    return false;
  }

  /** Takes the other keys of an event along if they wait for it; else the keys wait for those. */
  private List<BlockedKey> joinOrWait(RecordedEvent event) {
    List<OrderingKey> all = processing.options().ordering().keysOf(event);
    List<OrderingKey> joining = new ArrayList<>();
    List<BlockedKey> waiting = new ArrayList<>();
    boolean ready = true;
    for (OrderingKey key : all) {
      BlockedKey one = blocked.find(key);
      if (keys.contains(key) && one != null) {
        waiting.add(one.handledTo(event.position() - 1).waiting());
      } else if (one == null || (one.letter() == null && one.handledTo() >= event.position() - 1)) {
        joining.add(key);
      } else {
        ready = false;
      }
    }
    if (ready) {
      keys.addAll(joining);
      return List.of();
    }
    return waiting;
  }

  /** With the payloads that operators have corrected. */
  private List<RecordedEvent> edited(List<RecordedEvent> part) {
    List<RecordedEvent> edited = new ArrayList<>(part.size());
    for (RecordedEvent event : part) {
      DeadLetter letter = letterAt(event);
      edited.add(
          letter == null || letter.edit() == null ? event : EditedEvent.of(event, letter.edit()));
    }
    return edited;
  }

  private @Nullable DeadLetter letterAt(RecordedEvent event) {
    for (OrderingKey key : processing.options().ordering().keysOf(event)) {
      BlockedKey one = blocked.find(key);
      if (one != null && one.letter() != null && one.letter().position() == event.position()) {
        return one.letter();
      }
    }
    return null;
  }

  /** The part was handled and saved. */
  void saved(Part part) {
    failures = 0;
    unanswered = null;
    notBefore = Instant.MIN;
    blocked.saved(part.change());
    if (due != null) {
      due = null;
    } else {
      run.handled();
    }
    keys.removeAll(part.change().freed());
  }

  /** The part failed for a reason that is not its own: it is as if it had not been tried. */
  void putBack() {
    unanswered = null;
  }

  /** The part failed; what is not fatal is dealt with. */
  void failed(Part part, Throwable failure) {
    unanswered = null;
    if (part.events().isEmpty()) {
      failures++;
      notBefore = later();
      return;
    }
    switch (run.failed(failure, processing.now(), processing.seams().random())) {
      case Run.Verdict.Smaller smaller -> {}
      case Run.Verdict.Later(var delay) -> notBefore = processing.now().plus(delay);
      case Run.Verdict.Exhausted exhausted -> block(exhausted, failure);
      case Run.Verdict.PassedOver passed ->
          throw new IllegalStateException("an operator's attempt passes nothing over");
    }
  }

  private void block(Run.Verdict.Exhausted exhausted, Throwable failure) {
    RecordedEvent event = exhausted.event();
    DeadLetter before = letterAt(event);
    due =
        ProgressChange.of(
            processing.block(
                event,
                failure,
                exhausted.attempts() + (before == null ? 0 : before.attempts()),
                before == null ? exhausted.firstFailed() : before.firstFailed(),
                before == null ? null : before.edit()));
    keys.removeAll(processing.options().ordering().keysOf(event));
    run = runOf(List.of());
    examined = 0;
  }
}
