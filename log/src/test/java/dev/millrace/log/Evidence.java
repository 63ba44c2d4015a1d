package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a workload asked for and was answered, and whether a store that was opened later keeps it.
 */
final class Evidence {
  private final Map<UUID, Append> asked = new LinkedHashMap<>();
  private final Map<UUID, Appended> answered = new LinkedHashMap<>();

  /** A copy, to note what a restarted store answers. */
  Evidence copy() {
    Evidence copy = new Evidence();
    copy.asked.putAll(asked);
    copy.answered.putAll(answered);
    return copy;
  }

  void asked(Append append) {
    asked.put(append.id(), append);
  }

  void answered(Append append, AppendResult result) {
    answered.put(append.id(), (Appended) result);
  }

  Iterable<Append> asked() {
    return asked.values();
  }

  /**
   * What was answered is there, whole and in its place; what was not is wholly there or not at all.
   */
  void check(EventStore store) {
    List<RecordedEvent> events = everything(store);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).position()).as("positions have no gap").isEqualTo(i + 1L);
    }
    answered.forEach((id, result) -> {
      assertThat(result.last()).as("%s was acknowledged", id).isLessThanOrEqualTo(store.head());
      checkWhole(events.subList((int) result.first() - 1, (int) result.last()), asked.get(id));
    });
    int at = 0;
    while (at < events.size()) {
      Append append = asked.get(events.get(at).id().append());
      assertThat(append).as("somebody appended %s", events.get(at)).isNotNull();
      assertThat(at + append.events().size()).as("all of it").isLessThanOrEqualTo(events.size());
      checkWhole(events.subList(at, at + append.events().size()), append);
      at += append.events().size();
    }
  }

  static List<RecordedEvent> everything(EventStore store) {
    return new ArrayList<>(
        store.read(Query.all().acrossTenants(), 1, Direction.FORWARD, 100_000).events());
  }

  private static void checkWhole(List<RecordedEvent> found, Append append) {
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).id().append()).isEqualTo(append.id());
      assertThat(found.get(i).id().ordinal()).isEqualTo(i);
      assertThat(found.get(i).type()).isEqualTo(append.events().get(i).type());
      assertThat(found.get(i).tags()).isEqualTo(append.events().get(i).tags());
      assertThat(found.get(i).data()).isEqualTo(append.events().get(i).data());
    }
  }
}
