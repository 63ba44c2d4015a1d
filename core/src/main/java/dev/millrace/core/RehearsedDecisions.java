package dev.millrace.core;

import dev.millrace.core.RehearsedVersion.Given;
import dev.millrace.core.rehearsal.Answer;
import dev.millrace.core.rehearsal.Answer.Kind;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.rehearsal.RehearsalReport.Unknown;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Compares the answers of two versions to the commands of a history. */
final class RehearsedDecisions {
  private final Context now;
  private final Consumer<Difference> found;
  private final Map<String, Map<Kind, Long>> changedBy = new TreeMap<>();
  private final Map<String, Map<Unknown, Long>> notRehearsed = new TreeMap<>();
  private long same;
  private long changed;
  private long remade;
  private long recordedOtherwise;
  private long withoutCommand;

  RehearsedDecisions(Context now, Consumer<Difference> found) {
    this.now = now;
    this.found = found;
  }

  RehearsalReport.Decisions result() {
    return new RehearsalReport.Decisions(
        same, changed, changedBy, remade, recordedOtherwise, withoutCommand, notRehearsed);
  }

  /**
   * Compares the answers to the command that caused an append.
   *
   * @param given by the new version; null: the command is not known
   * @param old the answer of the old version; null: the recorded one counts
   */
  void compare(RehearsedAppend append, @Nullable Given given, @Nullable Given old) {
    CommandRecord command = append.command();
    if (command == null) {
      withoutCommand++;
      return;
    }
    if (given == null) {
      Unknown why = append.remade() ? Unknown.NOT_PROVEN : Unknown.NOT_KEPT;
      count(notRehearsed, Unknown.class, command.type(), why);
      return;
    }
    remade += append.remade() ? 1 : 0;
    Answer recorded = recorded(append);
    Answer before = old == null ? recorded : old.answer();
    if (old != null && !isSame(recorded, before)) {
      recordedOtherwise++;
    }
    if (isSame(before, given.answer())) {
      same++;
      return;
    }
    changed++;
    count(changedBy, Kind.class, command.type(), given.answer().kind());
    TagValue about = given.about() == null && old != null ? old.about() : given.about();
    if (about == null) {
      about = append.stored().get(0).subject();
    }
    found.accept(difference(append, command, about, before, given.answer()));
  }

  private Difference difference(
      RehearsedAppend append,
      CommandRecord command,
      @Nullable TagValue about,
      Answer old,
      Answer given) {
    List<NewEvent> was = old.events();
    List<NewEvent> is = given.events();
    int shorter = Math.min(was.size(), is.size());
    int from = 0;
    while (from < shorter && isSame(was.get(from), is.get(from))) {
      from++;
    }
    int end = 0;
    while (end < shorter - from
        && isSame(was.get(was.size() - 1 - end), is.get(is.size() - 1 - end))) {
      end++;
    }
    return new Difference.Decided(
        command.type(),
        command.id(),
        append.stored().get(0).tenant(),
        append.first(),
        about,
        new Answer(old.kind(), was.subList(from, was.size() - end), old.reason()),
        new Answer(given.kind(), is.subList(from, is.size() - end), given.reason()));
  }

  private static Answer recorded(RehearsedAppend append) {
    List<NewEvent> events = new ArrayList<>(append.stored().size());
    for (RecordedEvent event : append.stored()) {
      events.add(new NewEvent(event.type(), event.schemaVersion(), event.tags(), event.data()));
    }
    return new Answer(Kind.ACCEPTED, events, "");
  }

  private boolean isSame(Answer one, Answer other) {
    if (one.kind() != other.kind()
        || !one.reason().equals(other.reason())
        || one.events().size() != other.events().size()) {
      return false;
    }
    for (int i = 0; i < one.events().size(); i++) {
      if (!isSame(one.events().get(i), other.events().get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The same type, tags and data; data of an older version, or written otherwise, as it is read.
   */
  private boolean isSame(NewEvent one, NewEvent other) {
    if (!one.type().equals(other.type()) || !one.tags().equals(other.tags())) {
      return false;
    }
    if (one.schemaVersion() == other.schemaVersion() && one.data().equals(other.data())) {
      return true;
    }
    Bytes data = asNow(one);
    Bytes otherData = asNow(other);
    return data != null && otherData != null && data.equals(otherData);
  }

  /** The data as the new version writes what it reads; null: it cannot read it. */
  private @Nullable Bytes asNow(NewEvent event) {
    try {
      return now.catalog().encode(now.readEvent(stored(event)), now.codec(), Bytes.EMPTY).data();
    } catch (RuntimeException e) { // also an upcaster's own; then it is not the same
      return null;
    }
  }

  private static RecordedEvent stored(NewEvent event) {
    return new RecordedEvent(
        0,
        new EventId(new UUID(0, 0), 0),
        event.type(),
        event.schemaVersion(),
        Instant.EPOCH,
        Tenant.DEFAULT,
        event.tags(),
        event.data(),
        Metadata.NONE);
  }

  private static <K extends Enum<K>> void count(
      Map<String, Map<K, Long>> counts, Class<K> kinds, String command, K kind) {
    counts.computeIfAbsent(command, first -> new EnumMap<>(kinds)).merge(kind, 1L, Long::sum);
  }
}
