package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreUnavailableException;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.network.TcpProxy;
import dev.millrace.testkit.network.TcpProxy.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection is lost at every request of an append: it is stored once and answered once. */
final class LostConnectionTest {
  private static final TagValue SEAT = new TagValue("seat", "1");

  private TcpProxy proxy;

  @BeforeEach
  void startProxy() throws Exception {
    proxy = TcpProxy.to(TestServer.shared().port());
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  private static Append append(long number) {
    return Append.of(
        new UUID(1, number),
        List.of(new NewEvent("taken", 1, List.of(SEAT), Bytes.utf8("n" + number))));
  }

  @ParameterizedTest
  @EnumSource
  void anAppendIsStoredOnceWhereverTheConnectionIsCut(Fate fate) throws Exception {
    String url = TestServer.url(proxy.port(), TestServer.newSchema());
    try (EventStore store = EventStore.open(url)) {
      store.append(append(0)).get(30, TimeUnit.SECONDS);
      int cuts = 0;
      for (int request = 1; request <= 12; request++) {
        proxy.cutAt(1 + request % 4, fate); // an append that follows a cut asks more often
        // each decides on what the one before has stored
        Append guarded =
            append(request).onlyIf(AppendCondition.noneMatching(Query.tags(SEAT), store.head()));
        AppendResult answer = store.append(guarded).get(60, TimeUnit.SECONDS);
        assertThat(answer).as("cut at request %s", request).isInstanceOf(Appended.class);
        assertThat(((Appended) answer).repeated()).as("cut at request %s", request).isFalse();
        assertThat(((Appended) answer).first()).isEqualTo(request + 1);
        cuts += proxy.hasCut() ? 1 : 0;
      }
      assertThat(cuts).as("cuts that happened").isGreaterThan(5);
      assertThat(History.everything(store))
          .extracting(event -> event.id().append().getLeastSignificantBits())
          .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    }
  }

  @Test
  void aGroupIsStoredOnceWhenTheConnectionIsCutAgainAndAgain() throws Exception {
    String url = TestServer.url(proxy.port(), TestServer.newSchema());
    int count = 400;
    List<Fate> fates = List.of(Fate.LOST, Fate.SENT, Fate.ANSWERED);
    try (EventStore store = EventStore.open(url)) {
      List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (i % 40 == 7) {
          proxy.cutAt(1 + i % 3, fates.get(i % fates.size()));
        }
        answers.add(store.append(append(i)));
        if (i % 40 == 39) {
          answers.get(i).get(60, TimeUnit.SECONDS);
        }
      }
      for (CompletableFuture<AppendResult> answer : answers) {
        assertThat(((Appended) answer.get(60, TimeUnit.SECONDS)).repeated()).isFalse();
      }
      assertThat(History.everything(store)).extracting(RecordedEvent::id).hasSize(count);
    }
  }

  @Test
  void aSlowNetworkChangesNothing() throws Exception {
    String url = TestServer.url(proxy.port(), TestServer.newSchema());
    try (EventStore store = EventStore.open(url)) {
      proxy.delay(Duration.ofMillis(20));
      store.append(append(1)).get(30, TimeUnit.SECONDS);
      Append late = append(2).onlyIf(AppendCondition.noneMatching(Query.tags(SEAT), 0));
      assertThat(store.append(late).get(30, TimeUnit.SECONDS)).isEqualTo(new Conflict(1));
      assertThat(History.everything(store)).hasSize(1);
    }
  }

  @Test
  void aServerThatIsAwayIsSaidAndTheStoreGoesOnWhenItIsBack() throws Exception {
    String url = TestServer.url(proxy.port(), TestServer.newSchema()) + "&retry-seconds=1";
    try (EventStore store = EventStore.open(url)) {
      store.append(append(1)).get(30, TimeUnit.SECONDS);
      proxy.refuse(true);
      CompletableFuture<AppendResult> answer = store.append(append(2));
      assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(StoreUnavailableException.class);
      proxy.refuse(false);
      assertThat(store.append(append(2)).get(60, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
      assertThat(History.everything(store)).hasSize(2);
    }
  }
}
