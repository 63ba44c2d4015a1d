package dev.millrace.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the processes of one store have acknowledged, and whether the store keeps it.
 *
 * <p>What was acknowledged is there, whole, where it was said to be, in the order in which its
 * caller appended it. What was not is wholly there or not at all, and only what a caller had not
 * yet been answered can be there. What a check has found stays as it is, whatever happens to later
 * processes. For one thread.
 */
public final class Acknowledged {
  private static final int PAGE = 10_000;

  /** Appends that one caller may have had under way or been told the failure of. */
  private static final int UNANSWERED = 2;

  private final Map<UUID, Long> firsts = new HashMap<>();
  private final Map<Integer, Integer> newest = new HashMap<>();
  private List<RecordedEvent> before = List.of();

  /**
   * Takes over what a process said.
   *
   * @throws AssertionError when it said what no store may answer
   */
  public void add(ProcessRun run) {
    List<Integer> failed = new ArrayList<>();
    for (String line : run.lines()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "ok" -> {
          int caller = Integer.parseInt(words[1]);
          assertThat(failed)
              .as("callers to whom the store has failed before '%s'", line)
              .doesNotContain(caller);
          int number = Integer.parseInt(words[2]);
          firsts.put(AppendLoad.id(caller, number), Long.parseLong(words[3]));
          newest.put(caller, number);
        }
        case "failed" -> {
          if (words.length == 4) {
            failed.add(Integer.parseInt(words[1]));
          }
        }
        case "closed" -> {}
        default -> throw new AssertionError("a process said '" + line + "'");
      }
    }
  }

  /** How many appends were acknowledged. */
  public int appends() {
    return firsts.size();
  }

  /**
   * Compares.
   *
   * @return how many events were found
   * @throws AssertionError naming the first difference
   */
  public int check(EventStore store) {
    List<RecordedEvent> events = everything(store);
    assertThat(events.size()).as("events").isGreaterThanOrEqualTo(before.size());
    assertThat(events.subList(0, before.size())).as("what was there before").isEqualTo(before);
    Map<UUID, Long> found = new HashMap<>();
    Map<Integer, Integer> unanswered = new HashMap<>();
    long position = 0;
    for (int at = 0; at < events.size(); ) {
      RecordedEvent first = events.get(at);
      assertThat(first.position()).as("positions ascend").isGreaterThan(position);
      UUID id = first.id().append();
      int caller = (int) id.getMostSignificantBits() - 1;
      int number = (int) id.getLeastSignificantBits() - 1;
      Append append = AppendLoad.append(caller, number);
      checkWhole(append, events, at);
      assertThat(found.put(id, first.position())).as("another append %s", id).isNull();
      if (!firsts.containsKey(id)) {
        assertThat(number)
            .as("what caller %s was not answered is newer than what it was", caller)
            .isGreaterThan(newest.getOrDefault(caller, -1));
        assertThat(unanswered.merge(caller, 1, Integer::sum)).isLessThanOrEqualTo(UNANSWERED);
      }
      at += append.events().size();
      position = events.get(at - 1).position();
    }
    firsts.forEach((id, first) ->
        assertThat(found.get(id)).as("position of acknowledged append %s", id).isEqualTo(first));
    checkOrder(found);
    checkIds(store, found);
    before = events;
    return events.size();
  }

  private static void checkWhole(Append append, List<RecordedEvent> events, int at) {
    int count = append.events().size();
    assertThat(at + count).as("all of append %s", append.id()).isLessThanOrEqualTo(events.size());
    for (int i = 0; i < count; i++) {
      RecordedEvent event = events.get(at + i);
      assertThat(event.id()).isEqualTo(new EventId(append.id(), i));
      assertThat(event.tags()).isEqualTo(append.events().get(i).tags());
      assertThat(event.data()).isEqualTo(append.events().get(i).data());
    }
  }

  /** A caller waits for each answer, so that its appends are there in its order. */
  private void checkOrder(Map<UUID, Long> found) {
    newest.forEach((caller, last) -> {
      long position = 0;
      for (int number = 0; number <= last; number++) {
        Long first = found.get(AppendLoad.id(caller, number));
        assertThat(first).as("append %s of caller %s", number, caller).isNotNull();
        assertThat(first).as("caller %s in order", caller).isGreaterThan(position);
        position = first;
      }
    });
  }

  private static void checkIds(EventStore store, Map<UUID, Long> found) {
    found.forEach((id, first) ->
        assertThat(store.find(id).map(StoredAppend::first)).as("find %s", id).hasValue(first));
  }

  private static List<RecordedEvent> everything(EventStore store) {
    List<RecordedEvent> found = new ArrayList<>();
    for (long from = 1; from <= store.head(); ) {
      var page = store.read(Query.all(), from, Direction.FORWARD, PAGE);
      found.addAll(page.events());
      from = page.examined() + 1;
    }
    return found;
  }
}
