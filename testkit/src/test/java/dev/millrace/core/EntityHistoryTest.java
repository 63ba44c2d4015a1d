package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.ModelEventStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EntityHistoryTest {
  private static final int EVENTS = 5_000;
  private static final TagValue ACCOUNT = new TagValue("account", "a");

  private final AtomicLong read = new AtomicLong();
  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(4, 2));
  private Millrace millrace = host(Bank.BALANCE.named("balance"));

  @AfterEach
  void close() {
    millrace.close();
  }

  /** Over a store that counts what is read of it. */
  private Millrace host(View<String, Long> balance) {
    return Millrace.builder()
        .host(Bank.context(balance).build(), new CountingStore(store, read))
        .cachedStates(1)
        .start();
  }

  /** Counts the events that are read of a store. */
  private record CountingStore(EventStore store, AtomicLong read) implements EventStore {
    @Override
    public StoreIdentity identity() {
      return store.identity();
    }

    @Override
    public long head() {
      return store.head();
    }

    @Override
    public CompletableFuture<AppendResult> append(Append append) {
      return store.append(append);
    }

    @Override
    public Optional<StoredAppend> find(UUID appendId) {
      return store.find(appendId);
    }

    @Override
    public EventPage read(Query query, long from, Direction direction, int limit) {
      EventPage page = store.read(query, from, direction, limit);
      read.addAndGet(page.events().size());
      return page;
    }

    @Override
    public Subscription subscribe(Query query, long after) {
      return store.subscribe(query, after);
    }

    @Override
    public SnapshotStore snapshots() {
      return store.snapshots();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Odd deposits go to {@code a}, even ones to {@code b}. */
  private void deposit(int events) {
    for (int i = 1; i <= events; i++) {
      millrace.send(new Bank.Deposit(i % 2 == 1 ? "a" : "b", 1), "deposit-" + i);
    }
  }

  private EntityHistory page(long after, int limit) {
    return millrace.history("bank", Tenant.DEFAULT, ACCOUNT, after, limit);
  }

  private static List<Object> balances(EntityHistory history) {
    return history.steps().stream().map(step -> step.states().get("balance")).toList();
  }

  @Test
  void pagesInARowFoldEachEventOnce() {
    deposit(EVENTS);
    read.set(0);
    List<Object> all = new ArrayList<>();
    EntityHistory page = page(0, 100);
    all.addAll(balances(page));
    while (page.more()) {
      assertThat(page.steps()).hasSize(100);
      page = page(page.examined(), 100);
      assertThat(page.before().get("balance")).isEqualTo(all.get(all.size() - 1));
      all.addAll(balances(page));
    }

    assertThat(all).hasSize(EVENTS / 2).first().isEqualTo(1L);
    assertThat(all.get(all.size() - 1)).isEqualTo(EVENTS / 2L);
    assertThat(read.get()).isLessThan(EVENTS);
  }

  @Test
  void aPageIsTheSameHoweverOneGetsThere() {
    deposit(200);
    EntityHistory jumped = page(101, 7);
    page(0, 50);
    page(90, 3);
    EntityHistory again = page(101, 7);
    EntityHistory whole = page(0, 1_000);

    assertThat(jumped.before().get("balance")).isEqualTo(51L);
    assertThat(balances(jumped)).containsExactly(52L, 53L, 54L, 55L, 56L, 57L, 58L);
    assertThat(again).isEqualTo(jumped);
    assertThat(balances(whole)).hasSize(100).endsWith(100L);
    assertThat(whole.before().get("balance")).isEqualTo(0L);
    assertThat(whole.more()).isFalse();
    assertThat(page(200, 10))
        .isEqualTo(new EntityHistory(whole.steps().get(99).states(), List.of(), 200, false));
  }

  @Test
  void aPageBehindASnapshotBeginsThere() {
    View<String, Long> balance =
        Bank.BALANCE.snapshots("balance", 1, View.SnapshotPolicy.every(1_000));
    millrace = host(balance);
    deposit(EVENTS - 100);
    millrace.read("bank", balance, "a");
    deposit(EVENTS);
    millrace = host(balance); // whose cache knows nothing
    read.set(0);

    EntityHistory last = page(EVENTS - 3, 10);

    assertThat(balances(last)).containsExactly(EVENTS / 2L);
    assertThat(read.get()).isLessThan(100);
  }
}
