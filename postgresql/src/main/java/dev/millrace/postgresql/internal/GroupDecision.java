package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Decides on a group of appends, one after the other, each as if those before it were stored.
 * Touches nothing: what it needs to know stands in {@link GroupFacts}.
 */
final class GroupDecision {
  private final GroupFacts facts;
  private final long micros;
  private final GroupIndex index = new GroupIndex();
  private final Map<UUID, Taken> takenIds = new HashMap<>();
  private final List<Taken> taken = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private long head;

  /** An append that goes in, and its positions. */
  record Taken(Append append, Appended appended) {}

  /** What an append will be answered when the group is durable. */
  sealed interface Outcome {
    /** An answer. */
    record Answer(AppendResult result) implements Outcome {}

    /** A refusal. */
    record Refusal(MillraceException reason) implements Outcome {}
  }

  private GroupDecision(GroupFacts facts, long nowMicros) {
    this.facts = facts;
    this.micros = Math.max(facts.lastMicros(), nowMicros);
    this.head = facts.head();
  }

  static GroupDecision of(List<PendingAppend> group, GroupFacts facts, long nowMicros) {
    GroupDecision decision = new GroupDecision(facts, nowMicros);
    for (int i = 0; i < group.size(); i++) {
      decision.outcomes.add(decision.decide(group.get(i), facts.newestMatches().get(i)));
    }
    return decision;
  }

  /** What is stored is answered as it was, and nothing else is taken any more. */
  static GroupDecision ofKnown(
      List<PendingAppend> group, GroupFacts facts, MillraceException otherwise) {
    GroupDecision decision = new GroupDecision(facts, facts.lastMicros());
    for (PendingAppend pending : group) {
      List<RecordedEvent> before = facts.known().get(pending.append().id());
      decision.outcomes.add(
          before == null ? new Outcome.Refusal(otherwise) : repeated(pending, before));
    }
    return decision;
  }

  private Outcome decide(PendingAppend pending, long storedMatch) {
    Append append = pending.append();
    List<RecordedEvent> before = facts.known().get(append.id());
    if (before != null) {
      return repeated(pending, before);
    }
    Taken sameId = takenIds.get(append.id());
    if (sameId != null) {
      return repeated(append, sameId);
    }
    long match = Math.max(storedMatch, index.newestMatch(append.condition()));
    return match > 0
        ? new Outcome.Answer(new Conflict(match))
        : new Outcome.Answer(take(append).appended());
  }

  private static Outcome repeated(PendingAppend pending, List<RecordedEvent> before) {
    Append append = pending.append();
    RecordedEvent first = before.get(0);
    if (!first.tenant().equals(append.tenant()) || !isSame(append.events(), before)) {
      return reused(append, first.position());
    }
    long last = before.get(before.size() - 1).position();
    Appended mine = pending.inDoubt;
    boolean wasMine =
        mine != null
            && mine.first() == first.position()
            && mine.last() == last
            && mine.time().equals(first.time());
    return new Outcome.Answer(new Appended(first.position(), last, first.time(), !wasMine));
  }

  private static Outcome repeated(Append append, Taken sameId) {
    Appended first = sameId.appended();
    return sameId.append().tenant().equals(append.tenant())
            && sameId.append().events().equals(append.events())
        ? new Outcome.Answer(new Appended(first.first(), first.last(), first.time(), true))
        : reused(append, first.first());
  }

  private static Outcome reused(Append append, long position) {
    return new Outcome.Refusal(
        new AppendIdReusedException(
            "append id "
                + append.id()
                + " was used for other content at position "
                + position
                + "; use a new id for a new append"));
  }

  private static boolean isSame(List<NewEvent> events, List<RecordedEvent> stored) {
    if (events.size() != stored.size()) {
      return false;
    }
    for (int i = 0; i < events.size(); i++) {
      NewEvent event = events.get(i);
      RecordedEvent other = stored.get(i);
      if (!event.type().equals(other.type())
          || event.schemaVersion() != other.schemaVersion()
          || !event.tags().equals(other.tags())
          || !event.data().equals(other.data())) {
        return false;
      }
    }
    return true;
  }

  private Taken take(Append append) {
    long first = head + 1;
    for (NewEvent event : append.events()) {
      index.add(++head, append.tenant(), event);
    }
    Taken one = new Taken(append, new Appended(first, head, Micros.instant(micros), false));
    takenIds.put(append.id(), one);
    taken.add(one);
    return one;
  }

  /** The appends that go in, in the order of their positions. */
  List<Taken> taken() {
    return taken;
  }

  /** For each append of the group, by place. */
  List<Outcome> outcomes() {
    return outcomes;
  }

  /** When they are recorded. */
  long micros() {
    return micros;
  }

  /** The position of the newest event before the group. */
  long firstHead() {
    return facts.head();
  }

  /** The position of the newest event after the group. */
  long head() {
    return head;
  }
}
