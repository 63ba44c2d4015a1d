package dev.millrace.core;

import dev.millrace.core.store.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of a lane that were taken together, until all are finished. */
final class KeyTask {
  final Run run;
  final long number;
  private final List<KeyLanes.Entry> entries;

  /** What must be saved instead of handling the first event. */
  @Nullable ProgressChange change;

  /** Why it is not known whether the part was committed; null: it is known. */
  @Nullable Throwable unanswered;

  /** What went wrong last, until it goes well. */
  @Nullable String problem;

  /** When it was let through by the breaker. */
  long entered = BreakerGate.NOT_ENTERED;

  /** When its part was begun. */
  Instant began = Instant.MIN;

  Instant notBefore = Instant.MIN;

  KeyTask(List<KeyLanes.Entry> entries, ProcessorOptions options, long number) {
    this.entries = new ArrayList<>(entries);
    this.number = number;
    List<RecordedEvent> events = new ArrayList<>(entries.size());
    entries.forEach(entry -> events.add(entry.event));
    this.run = new Run(events, events.size(), options.retry());
  }

  /** Whether handlers run next. */
  boolean calls() {
    return change == null && unanswered == null;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The first that is not finished. */
  KeyLanes.Entry first() {
    return entries.get(0);
  }

  /** All that are not finished. */
  List<KeyLanes.Entry> entries() {
    return List.copyOf(entries);
  }

  /** Those of the part of the run. */
  List<KeyLanes.Entry> inPart() {
    return List.copyOf(entries.subList(0, run.part().size()));
  }

  /** The part was handled. */
  void handled() {
    entries.subList(0, run.part().size()).clear();
    run.handled();
  }

  /** The first is finished without being handled. */
  KeyLanes.Entry passFirst() {
    KeyLanes.Entry first = entries.remove(0);
    run.drop(event -> event.position() == first.event.position());
    return first;
  }
}
