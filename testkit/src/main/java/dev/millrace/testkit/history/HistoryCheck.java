package dev.millrace.testkit.history;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.testkit.history.Call.Answer;
import dev.millrace.testkit.history.Call.Asked;
import dev.millrace.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares a history with what is stored in the end.
 *
 * <p>Positions are the order in which the store says that it took the appends. So nothing has to be
 * searched for, as it must be for registers: each answer is either right at its place in that
 * order, and in the order of real time, or it is wrong.
 */
final class HistoryCheck {
  private final List<Call> calls;
  private final List<RecordedEvent> stored;
  private final TreeMap<Long, RecordedEvent> at = new TreeMap<>();
  private final Map<UUID, List<RecordedEvent>> byAppend = new LinkedHashMap<>();
  private final Map<UUID, List<Call>> askedFor = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  HistoryCheck(List<Call> calls, List<RecordedEvent> stored) {
    this.calls = calls;
    this.stored = stored;
    for (Call call : calls) {
      if (call.asked instanceof Asked.Appending(Append append)) {
        askedFor.computeIfAbsent(append.id(), id -> new ArrayList<>()).add(call);
      }
    }
  }

  List<Violation> violations() {
    checkOrder();
    byAppend.forEach(this::checkAppend);
    for (Call call : calls) {
      checkAnswer(call);
    }
    checkRealTime();
    return violations;
  }

  private void report(Kind kind, String what) {
    violations.add(new Violation(kind, what));
  }

  private void checkOrder() {
    long before = 0;
    for (RecordedEvent event : stored) {
      if (event.position() <= before) {
        report(
            event.position() == before ? Kind.POSITION_REUSED : Kind.REORDERED,
            event + " stands after position " + before);
      }
      before = event.position();
      at.putIfAbsent(event.position(), event);
      byAppend.computeIfAbsent(event.id().append(), id -> new ArrayList<>()).add(event);
    }
  }

  /** What is stored of an append is all of it, once, and somebody asked for it. */
  private void checkAppend(UUID id, List<RecordedEvent> events) {
    List<Call> askers =
        askedFor.getOrDefault(id, List.of()).stream().filter(HistoryCheck::mayBeStored).toList();
    if (askers.isEmpty()) {
      report(Kind.UNASKED, "nobody appended, or all were refused: " + events.get(0));
      return;
    }
    Append append = appendOf(askers.get(0));
    if (events.stream().filter(event -> event.id().ordinal() == 0).count() > 1) {
      report(Kind.DUPLICATED, "append " + id + " stands at " + positions(events));
    } else if (!isWhole(append, events)) {
      report(Kind.TORN, "of append " + id + " there is " + positions(events));
    }
    RecordedEvent last = events.get(events.size() - 1);
    long between =
        at.subMap(events.get(0).position(), true, last.position(), true).values().stream()
            .filter(event -> !event.id().append().equals(id))
            .count();
    if (between > 0) {
      report(Kind.TORN, between + " events of others stand within append " + id);
    }
    checkCondition(askers, events.get(0).position());
  }

  private static boolean mayBeStored(Call call) {
    return call.answer instanceof Answer.Unknown
        || (call.answer instanceof Answer.Ok ok && ok.result() instanceof Appended);
  }

  private static Append appendOf(Call call) {
    return ((Asked.Appending) call.asked).append();
  }

  private static List<Long> positions(List<RecordedEvent> events) {
    return events.stream().map(RecordedEvent::position).toList();
  }

  private static boolean isWhole(Append append, List<RecordedEvent> events) {
    if (events.size() != append.events().size()) {
      return false;
    }
    for (int i = 0; i < events.size(); i++) {
      RecordedEvent event = events.get(i);
      NewEvent asked = append.events().get(i);
      if (!event.id().equals(new EventId(append.id(), i))
          || !event.type().equals(asked.type())
          || !event.tags().equals(asked.tags())
          || !event.data().equals(asked.data())
          || !event.tenant().equals(append.tenant())) {
        return false;
      }
    }
    return true;
  }

  /** The condition of the call that stored it held; which call that was may not be known. */
  private void checkCondition(List<Call> askers, long position) {
    List<Call> storing =
        askers.stream()
            .filter(
                call -> call.answer instanceof Answer.Ok ok && !((Appended) ok.result()).repeated())
            .toList();
    List<Call> candidates =
        storing.isEmpty()
            ? askers.stream().filter(call -> call.answer instanceof Answer.Unknown).toList()
            : storing;
    if (!candidates.isEmpty()
        && candidates.stream().allMatch(call -> intruder(call, position) != null)) {
      Call call = candidates.get(0);
      report(
          Kind.CONDITION_BROKEN,
          "append "
              + appendOf(call).id()
              + " went in at "
              + position
              + " in spite of "
              + intruder(call, position));
    }
  }

  private @Nullable RecordedEvent intruder(Call call, long position) {
    Append append = appendOf(call);
    Query query = append.condition().failIfMatches();
    long after = append.condition().after();
    if (query == null || after >= position) {
      return null;
    }
    return at.subMap(after, false, position, false).values().stream()
        .filter(query::matches)
        .findFirst()
        .orElse(null);
  }

  private void checkAnswer(Call call) {
    switch (call.answer) {
      case Answer.Ok(Appended appended) -> checkAppended(call, appended);
      case Answer.Ok(Conflict conflict) -> checkConflict(call, conflict);
      case Answer.Page(EventPage page) -> checkPage((Asked.Reading) call.asked, page, call);
      case Answer.Found found -> checkFound(found.append(), call);
      case Answer.Position head -> {}
      case Answer.Refused refused -> {}
      case Answer.Unknown unknown -> {}
    }
  }

  private void checkAppended(Call call, Appended appended) {
    Append append = appendOf(call);
    List<RecordedEvent> events = byAppend.getOrDefault(append.id(), List.of());
    if (events.isEmpty()
        || events.get(0).position() != appended.first()
        || events.get(events.size() - 1).position() != appended.last()) {
      report(
          Kind.LOST,
          "append "
              + append.id()
              + " was acknowledged at "
              + appended.first()
              + " to "
              + appended.last()
              + ", and is at "
              + positions(events));
    }
  }

  private void checkConflict(Call call, Conflict conflict) {
    Append append = appendOf(call);
    Query query = append.condition().failIfMatches();
    RecordedEvent other = at.get(conflict.position());
    if (query == null
        || other == null
        || other.position() <= append.condition().after()
        || !query.matches(other)) {
      report(Kind.CONDITION_BROKEN, "a conflict with nothing: " + call);
    }
  }

  private void checkFound(@Nullable StoredAppend found, Call call) {
    if (found != null && !byAppend.containsKey(found.id())) {
      report(Kind.SEEN_TOO_EARLY, call.toString());
    }
  }

  /** What was seen is there in the end, and nothing that matches was passed over. */
  private void checkPage(Asked.Reading reading, EventPage page, Call call) {
    long before = reading.direction() == Direction.FORWARD ? 0 : Long.MAX_VALUE;
    for (RecordedEvent event : page.events()) {
      RecordedEvent kept = at.get(event.position());
      if (kept == null || !kept.id().equals(event.id())) {
        report(
            kept == null ? Kind.SEEN_TOO_EARLY : Kind.POSITION_REUSED,
            call.client + " saw " + event + " where there is " + kept);
      } else if (!kept.data().equals(event.data()) || !reading.query().matches(event)) {
        report(Kind.TORN, call.client + " saw " + event + " instead of " + kept);
      }
      boolean inOrder =
          reading.direction() == Direction.FORWARD
              ? event.position() > before
              : event.position() < before;
      if (!inOrder) {
        report(Kind.REORDERED, call.client + " saw " + event + " after position " + before);
      }
      before = event.position();
    }
    checkComplete(reading, page, call);
  }

  private void checkComplete(Asked.Reading reading, EventPage page, Call call) {
    boolean forward = reading.direction() == Direction.FORWARD;
    long low = forward ? reading.from() : page.examined();
    long high = forward ? page.examined() : Math.min(reading.from(), newestSeen(page, reading));
    if (low > high) {
      return;
    }
    List<Long> seen = page.events().stream().map(RecordedEvent::position).sorted().toList();
    List<Long> due =
        at.subMap(low, true, high, true).values().stream()
            .filter(reading.query()::matches)
            .map(RecordedEvent::position)
            .toList();
    if (due.stream().anyMatch(position -> !seen.contains(position))) {
      report(Kind.SKIPPED, call.client + " saw " + seen + " of " + due + ": " + call.asked);
    }
  }

  /** A backward read begins at the head of its time, which is at least the first that it saw. */
  private static long newestSeen(EventPage page, Asked.Reading reading) {
    return page.events().isEmpty() ? 0 : Math.min(reading.from(), page.events().get(0).position());
  }

  /** One end or beginning of a call. */
  private record Moment(long time, Call call, boolean end) {}

  /** Whoever asks later sees at least as much, and is placed behind what was acknowledged. */
  private void checkRealTime() {
    List<Moment> moments = new ArrayList<>();
    for (Call call : calls) {
      moments.add(new Moment(call.began, call, false));
      if (call.ended != Long.MAX_VALUE) {
        moments.add(new Moment(call.ended, call, true));
      }
    }
    moments.sort(Comparator.comparingLong(Moment::time));
    Map<Call, Long> floors = new HashMap<>();
    Map<UUID, Long> acknowledged = new HashMap<>();
    Map<Call, Boolean> findable = new HashMap<>();
    long floor = 0;
    for (Moment moment : moments) {
      Call call = moment.call();
      if (!moment.end()) {
        floors.put(call, floor);
        if (call.asked instanceof Asked.Finding(UUID id)) {
          findable.put(call, acknowledged.containsKey(id));
        }
        continue;
      }
      checkFloor(call, floors.getOrDefault(call, 0L), findable.getOrDefault(call, false));
      floor = Math.max(floor, shown(call.answer));
      if (call.answer instanceof Answer.Ok(Appended appended)) {
        acknowledged.put(appendOf(call).id(), appended.last());
      }
    }
    checkUnanswered(floors);
  }

  /** The newest position that an answer shows to be visible. */
  private static long shown(Answer answer) {
    return switch (answer) {
      case Answer.Ok(Appended appended) -> appended.last();
      case Answer.Ok(Conflict conflict) -> conflict.position();
      case Answer.Page(EventPage page) ->
          page.events().stream().mapToLong(RecordedEvent::position).max().orElse(0);
      case Answer.Position(long head) -> head;
      case Answer.Found(StoredAppend found) -> found == null ? 0 : found.last();
      case Answer.Refused refused -> 0;
      case Answer.Unknown unknown -> 0;
    };
  }

  private void checkFloor(Call call, long floor, boolean findable) {
    switch (call.answer) {
      case Answer.Ok(Appended appended) -> {
        if (!appended.repeated() && appended.first() <= floor) {
          report(Kind.REORDERED, "position " + floor + " was known before " + call);
        }
      }
      case Answer.Position(long head) -> {
        if (head < floor) {
          report(Kind.STALE, "position " + floor + " was known before " + call);
        }
      }
      case Answer.Page(EventPage page) -> {
        Asked.Reading reading = (Asked.Reading) call.asked;
        if (reading.direction() == Direction.FORWARD
            && reading.from() <= floor
            && page.examined() < reading.from()) {
          report(Kind.STALE, "position " + floor + " was known before " + call);
        }
      }
      case Answer.Found(StoredAppend found) -> {
        if (found == null && findable) {
          report(Kind.STALE, "it was acknowledged before " + call);
        }
      }
      case Answer.Ok ok -> {}
      case Answer.Refused refused -> {}
      case Answer.Unknown unknown -> {}
    }
  }

  /** What was never answered, but is there, began before it got its place. */
  private void checkUnanswered(Map<Call, Long> floors) {
    byAppend.forEach((id, events) -> {
      List<Call> askers = askedFor.getOrDefault(id, List.of());
      if (!askers.isEmpty()
          && askers.stream().allMatch(call -> call.answer instanceof Answer.Unknown)) {
        long floor =
            askers.stream().mapToLong(call -> floors.getOrDefault(call, 0L)).min().orElse(0);
        if (events.get(0).position() <= floor) {
          report(Kind.REORDERED, "position " + floor + " was known before append " + id);
        }
      }
    });
  }
}
