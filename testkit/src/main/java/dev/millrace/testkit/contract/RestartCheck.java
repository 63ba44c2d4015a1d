package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what a store has after a restart with what it had promised: what was acknowledged or
 * seen is there, whole, in order and at its position; nothing else is there half or twice; and
 * every id is answered as it must be.
 */
final class RestartCheck {
  private final Simulation simulation;
  private final EventStore store;
  private final StoreEvidence evidence;

  RestartCheck(Simulation simulation, EventStore store, StoreEvidence evidence) {
    this.simulation = simulation;
    this.store = store;
    this.evidence = evidence;
  }

  /** Gives what is stored in the end. */
  List<RecordedEvent> check() {
    if (evidence.identity() != null) {
      assertThat(store.identity()).isEqualTo(evidence.identity());
    }
    List<RecordedEvent> events = events();
    assertWholeAppends(events);
    assertThat(evidence.seen()).as("what was seen before is still there").isSubsetOf(events);
    for (Append append : evidence.submitted()) {
      if (evidence.answerTo(append) instanceof Appended acknowledged) {
        assertThat(of(append, events))
            .as("events of the acknowledged append at %s", acknowledged.first())
            .hasSize(append.events().size())
            .allMatch(event -> event.time().equals(acknowledged.time()))
            .first()
            .extracting(RecordedEvent::position)
            .isEqualTo(acknowledged.first());
      }
    }
    for (Append append : evidence.submitted()) {
      assertAnswersAgain(append);
    }
    assertWholeAppends(events());
    List<RecordedEvent> all = events();
    assertThat(all.subList(0, events.size()))
        .as("retries come after what was there")
        .isEqualTo(events);
    return all;
  }

  private List<RecordedEvent> events() {
    return StoreTests.readAll(store, Query.all().acrossTenants());
  }

  private void assertWholeAppends(List<RecordedEvent> events) {
    assertThat(events).extracting(RecordedEvent::position).isSorted().doesNotHaveDuplicates();
    assertThat(events).extracting(RecordedEvent::id).doesNotHaveDuplicates();
    List<RecordedEvent> accountedFor = new ArrayList<>();
    for (Append append : evidence.submitted()) {
      List<RecordedEvent> own = of(append, events);
      if (!own.isEmpty()) {
        assertWhole(append, own, events);
        accountedFor.addAll(own);
      }
    }
    assertThat(events).hasSameSizeAs(accountedFor);
  }

  private void assertWhole(Append append, List<RecordedEvent> own, List<RecordedEvent> events) {
    assertThat(own).as("all events of an append, or none").hasSameSizeAs(append.events());
    int start = events.indexOf(own.get(0));
    for (int i = 0; i < own.size(); i++) {
      RecordedEvent event = own.get(i);
      assertThat(events.get(start + i)).as("events of an append are together").isEqualTo(event);
      assertThat(event.id()).isEqualTo(new EventId(append.id(), i));
      assertThat(event.type()).isEqualTo(append.events().get(i).type());
      assertThat(event.tags()).isEqualTo(append.events().get(i).tags());
      assertThat(event.data()).isEqualTo(append.events().get(i).data());
      assertThat(event.tenant()).isEqualTo(append.tenant());
    }
    var found = store.find(append.id()).orElseThrow(() -> new AssertionError("id is not found"));
    assertThat(found.first()).isEqualTo(own.get(0).position());
    assertThat(found.last()).isEqualTo(own.get(own.size() - 1).position());
  }

  /** The same id again: as the first time, or stored now, or a conflict that is really one. */
  private void assertAnswersAgain(Append append) {
    List<RecordedEvent> before = events();
    List<RecordedEvent> own = of(append, before);
    AppendResult again = simulation.await(store.append(append));
    switch (again) {
      case Appended appended -> {
        assertThat(appended.repeated())
            .as("a repetition is known as one")
            .isEqualTo(!own.isEmpty());
        if (own.isEmpty()) {
          assertThat(before)
              .extracting(RecordedEvent::position)
              .allMatch(p -> p < appended.first());
        } else {
          assertThat(appended.first()).isEqualTo(own.get(0).position());
          assertThat(appended.time()).isEqualTo(own.get(0).time());
        }
      }
      case Conflict conflict -> {
        assertThat(own).as("what is stored does not conflict with itself").isEmpty();
        Query boundary = append.condition().failIfMatches();
        assertThat(before)
            .filteredOn(event -> event.position() == conflict.position())
            .hasSize(1)
            .allMatch(event -> boundary != null && boundary.matches(event));
      }
    }
  }

  private static List<RecordedEvent> of(Append append, List<RecordedEvent> events) {
    return events.stream().filter(event -> event.id().append().equals(append.id())).toList();
  }
}
