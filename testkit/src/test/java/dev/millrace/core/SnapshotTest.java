package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.View.SnapshotPolicy;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private static final int EVENTS = 100_000;

  private final ModelEventStore first =
      ModelEventStore.create(InstantSource.fixed(Instant.EPOCH), new UUID(4, 2));

  private static View<String, Long> balance(int version, SnapshotPolicy policy) {
    return Bank.BALANCE.snapshots("balance", version, policy);
  }

  private static Millrace bank(View<String, Long> balance, ModelEventStore store) {
    return Millrace.host(Bank.context(balance).build(), store);
  }

  private void deposits(int count) {
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          new NewEvent(
              "deposited",
              1,
              List.of(Bank.ACCOUNT.of("a")),
              Bytes.utf8("{\"account\":\"a\",\"cents\":1}")));
      if (events.size() == Append.MAX_EVENTS || i == count - 1) {
        first.append(Append.of(new UUID(9, i), events)).join();
        events.clear();
      }
    }
  }

  @Test
  void afterARestartOneSnapshotAndTheTailAreRead() {
    View<String, Long> balance = balance(1, SnapshotPolicy.every(1_000));
    deposits(EVENTS);
    Millrace before = bank(balance, first);
    assertThat(before.read("bank", balance, "a")).isEqualTo(EVENTS);
    assertThat(before.eventsRead("bank")).isEqualTo(EVENTS);
    for (int i = 0; i < 7; i++) {
      before.send(new Bank.Withdraw("a", 1), "w-" + i);
    }

    Millrace after = bank(balance, first.reopen());
    assertThat(after.send(new Bank.Withdraw("a", 1), "last")).isInstanceOf(Accepted.class);
    assertThat(after.eventsRead("bank")).isEqualTo(7);
    assertThat(after.read("bank", balance, "a")).isEqualTo(EVENTS - 8);
  }

  @Test
  void anotherVersionQueryStateOrChainNeverUsesIt() {
    View<String, Long> balance = balance(1, SnapshotPolicy.every(10));
    deposits(100);
    bank(balance, first).read("bank", balance, "a");

    View<String, Long> raised = balance(2, SnapshotPolicy.every(10));
    Millrace byVersion = bank(raised, first);
    assertThat(byVersion.read("bank", raised, "a")).isEqualTo(100);
    assertThat(byVersion.eventsRead("bank")).isEqualTo(100);

    View<String, Long> wider = balance.on(Bank.Opened.class, (cents, event) -> cents + 1_000_000);
    Millrace byQuery = bank(wider, first);
    assertThat(byQuery.read("bank", wider, "a")).isEqualTo(100);
    assertThat(byQuery.eventsRead("bank")).isEqualTo(100);

    Events<Bank.Banked> upcast =
        Events.of(Bank.Banked.class)
            .tag(Bank.ACCOUNT, Bank.Banked::account)
            .name("opened", Bank.Opened.class)
            .name("deposited", 2, Bank.Deposited.class)
            .name("withdrawn", Bank.Withdrawn.class)
            .name("greeted", Bank.Greeted.class)
            .upcast(
                "deposited",
                1,
                fields -> {
                  fields.put("cents", 2);
                  return fields;
                });
    Context context =
        Context.named("bank")
            .events(upcast)
            .on(Bank.Withdraw.class)
            .reading(balance, Bank.Withdraw::account)
            .decide((cents, command) -> Decision.accept())
            .build();
    Millrace byChain = Millrace.host(context, first);
    assertThat(byChain.read("bank", balance, "a")).isEqualTo(200);
  }

  @Test
  void aSnapshotIsAlsoTakenWhenTheLastIsOld() {
    View<String, Long> balance = balance(1, SnapshotPolicy.every(Duration.ofHours(1)));
    deposits(100);
    Millrace before = bank(balance, first);
    before.read("bank", balance, "a");

    Millrace after = bank(balance, first.reopen());
    assertThat(after.read("bank", balance, "a")).isEqualTo(100);
    assertThat(after.eventsRead("bank")).isZero();
  }
}
