package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A store that was closed answers nothing any longer, and has finished what it had accepted. */
abstract class ClosingTests extends StoreTests {

  ClosingTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void everyLaterCallIsRefused() {
    stored(append(event("a")));
    EventStore closed = store();
    Subscription subscription = closed.subscribe(Query.all(), 0);
    closed.close();
    closed.close();
    CompletableFuture<AppendResult> answer = closed.append(append(event("b")));
    assertThatThrownBy(() -> await(answer)).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(closed::head).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> closed.read(Query.all(), 0, Direction.FORWARD, 1))
        .isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> closed.find(Samples.id())).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> closed.subscribe(Query.all(), 0))
        .isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> subscription.poll(1)).isInstanceOf(StoreClosedException.class);
    subscription.close();
  }

  @Test
  void whatWasAcceptedIsFinished() throws Exception {
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      answers.add(store().append(append(numbered("a", i))));
    }
    restart();
    for (CompletableFuture<AppendResult> answer : answers) {
      assertThat(await(answer)).isInstanceOf(Appended.class);
    }
    assertThat(everything()).hasSize(500);
  }

  @Test
  void manyRestartsKeepEverything() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(everything()).hasSize(i);
      stored(append(numbered("a", i)));
      restart();
    }
    restart();
    assertThat(everything()).extracting(e -> e.data().utf8()).startsWith("0", "1").endsWith("9");
  }
}
