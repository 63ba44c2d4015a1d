package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the themes of the contract share: the store, and short words for what they do to it. */
abstract class StoreTests {
  private static final long DEFAULT_PATIENCE_SECONDS = 30;

  private final EventStoreContract contract;

  StoreTests(EventStoreContract contract) {
    this.contract = contract;
  }

  /** How long anything may take before it counts as hanging. */
  static long patienceSeconds() {
    return Long.getLong("millrace.patience.seconds", DEFAULT_PATIENCE_SECONDS);
  }

  final EventStore store() {
    return contract.store();
  }

  final EventStore restart() throws Exception {
    return contract.restart();
  }

  final AppendResult answer(Append append) {
    return await(store().append(append));
  }

  final Appended stored(Append append) {
    AppendResult result = answer(append);
    assertThat(result).isInstanceOf(Appended.class);
    return (Appended) result;
  }

  final Conflict refused(Append append) {
    AppendResult result = answer(append);
    assertThat(result).isInstanceOf(Conflict.class);
    return (Conflict) result;
  }

  /** All events of all tenants, read page by page. */
  final List<RecordedEvent> everything() {
    return readAll(Query.all().acrossTenants());
  }

  /** All events that match, read page by page. */
  final List<RecordedEvent> readAll(Query query) {
    return readAll(store(), query);
  }

  /** What matches up to the head of now, which is always the end of an append. */
  static List<RecordedEvent> readAll(EventStore store, Query query) {
    List<RecordedEvent> events = new ArrayList<>();
    long head = store.head();
    long from = 1;
    while (from <= head) {
      EventPage page = store.read(query, from, Direction.FORWARD, 1_000);
      assertThat(page.examined())
          .as("a read from %s examines something", from)
          .isGreaterThanOrEqualTo(from);
      page.events().stream().filter(event -> event.position() <= head).forEach(events::add);
      from = page.examined() + 1;
    }
    return events;
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(patienceSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(failed.getCause());
    } catch (TimeoutException hanging) {
      throw new AssertionError("no answer within " + patienceSeconds() + " s", hanging);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }
}
