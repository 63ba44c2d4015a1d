package dev.millrace.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.history.Call.Answer;
import dev.millrace.testkit.history.Call.Asked;
import java.util.ArrayList;
import java.util.List;

/**
 * What all clients of one store did, in one order: each call with its beginning and its end.
 *
 * <p>It may go on over restarts and crashes: calls that were under way then stay without an end,
 * and count as unknown, which is neither done nor not done. Safe for use from many threads.
 */
public final class History {
  private static final int PAGE = 10_000;

  private final List<Call> calls = new ArrayList<>();
  private long clock;

  /**
   * A store for one client, or one thread of it, whose calls are recorded.
   *
   * @param client its name in what is reported
   */
  public EventStore recording(String client, EventStore store) {
    return new RecordingStore(this, client, store);
  }

  synchronized Call begin(String client, Asked asked) {
    Call call = new Call(client, asked, ++clock);
    calls.add(call);
    return call;
  }

  synchronized void end(Call call, Answer answer) {
    call.ended = ++clock;
    call.answer = answer;
  }

  /** How many calls were recorded. */
  public synchronized int size() {
    return calls.size();
  }

  /** How many appends went in. */
  public synchronized long appended() {
    return calls.stream()
        .filter(call ->
            call.answer instanceof Answer.Ok ok
                && ok.result() instanceof dev.millrace.core.store.AppendResult.Appended)
        .count();
  }

  /** How many appends were conflicts. */
  public synchronized long conflicts() {
    return calls.stream()
        .filter(call ->
            call.answer instanceof Answer.Ok ok
                && ok.result() instanceof dev.millrace.core.store.AppendResult.Conflict)
        .count();
  }

  /**
   * Finds what no store may do.
   *
   * @param stored all events of all tenants that are there in the end, as the store gives them
   * @return empty when the history is one that a store may have
   */
  public synchronized List<Violation> check(List<RecordedEvent> stored) {
    return new HistoryCheck(calls, stored).violations();
  }

  /**
   * Reads everything and checks.
   *
   * @throws AssertionError with what was found
   */
  public void check(EventStore store) {
    assertThat(check(everything(store))).as("what no store may do").isEmpty();
  }

  /** All events of all tenants. */
  public static List<RecordedEvent> everything(EventStore store) {
    List<RecordedEvent> found = new ArrayList<>();
    long from = 1;
    while (from <= store.head()) {
      EventPage page = store.read(Query.all().acrossTenants(), from, Direction.FORWARD, PAGE);
      found.addAll(page.events());
      if (page.examined() < from) {
        break; // it looks no further, whatever its head says
      }
      from = page.examined() + 1;
    }
    return found;
  }
}
