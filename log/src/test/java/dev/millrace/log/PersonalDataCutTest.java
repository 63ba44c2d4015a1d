package dev.millrace.log;

import static dev.millrace.core.Decision.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Outcome;
import dev.millrace.core.Tag;
import dev.millrace.core.json.PersonalJson;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.sim.Cut;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Wherever the power fails, no event stands without the key that opens it. */
final class PersonalDataCutTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final Tag<String> GUEST = Tag.named("guest");

  record Arrived(String guest, Personal<String> name) {}

  record Arrive(String guest, Personal<String> name) implements Command<NoRejection> {}

  private static Context hotel() {
    return Context.named("hotel")
        .events(
            Events.of(Arrived.class)
                .tag(GUEST, Arrived::guest)
                .personal(GUEST, Arrived::guest)
                .name("arrived", Arrived.class))
        .on(Arrive.class)
        .personal(GUEST, Arrive::guest)
        .decide(command -> accept(new Arrived(command.guest(), command.name())))
        .build();
  }

  /** How many guests have arrived, as far as anybody was told. */
  private static final class Seen {
    private int acknowledged;
  }

  /** A folder that stays, as one that a process made. */
  private static Disk folder(Simulation simulation, String name) throws IOException {
    Disk folder = simulation.disk().folder(name);
    CompletableFuture<Void> durable = new CompletableFuture<>();
    simulation
        .disk()
        .sync(failed -> {
          if (failed == null) {
            durable.complete(null);
          } else {
            durable.completeExceptionally(failed);
          }
        });
    simulation.await(durable);
    return folder;
  }

  private static LogEventStore store(Simulation simulation) throws IOException {
    return simulation.await(
        LogEventStore.opening(folder(simulation, "store"), simulation.seams(), Workloads.TINY));
  }

  private static FolderSubjectKeys keys(Simulation simulation) throws IOException {
    return simulation.await(
        FolderSubjectKeys.opening(folder(simulation, "keys"), simulation.seams()));
  }

  /** Two at a time, so that one's key is made while the other's event is written. */
  private static void arrive(Simulation simulation, Seen seen) throws IOException {
    FolderSubjectKeys keys = keys(simulation);
    LogEventStore store = store(simulation);
    Millrace millrace =
        Millrace.builder().seams(simulation.seams()).host(hotel(), store, keys).start();
    for (int i = 0; i < 6; i += 2) {
      List<CompletableFuture<Outcome<NoRejection>>> both = new ArrayList<>();
      for (int guest = i; guest < i + 2; guest++) {
        both.add(
            millrace.submit(
                new Arrive("g-" + guest, Personal.of("name " + guest)),
                CommandEnvelope.of("arrive-" + guest)));
      }
      for (CompletableFuture<Outcome<NoRejection>> one : both) {
        simulation.await(one);
        seen.acknowledged++;
      }
    }
    simulation.await(store.closing());
    simulation.await(keys.closing());
  }

  @Test
  void noEventStandsWithoutItsKey() {
    int checks =
        DiskCuts.of(Seen::new, PersonalDataCutTest::arrive, PersonalDataCutTest::check)
            .maxImages(NIGHTLY ? 24 : 4)
            .forEachCut(19);
    assertThat(checks).isGreaterThan(100);
  }

  private static void check(Simulation restarted, Seen seen, Cut cut) throws IOException {
    FolderSubjectKeys keys = keys(restarted);
    LogEventStore store = store(restarted);
    List<RecordedEvent> events = Evidence.everything(store);
    PersonalJson json = new PersonalJson(keys);
    for (RecordedEvent event : events) {
      String guest = event.tags().get(0).value();
      assertThat(event.data().utf8()).doesNotContain("name " + guest.substring(2));
      assertThat(json.open(event.type(), Tenant.DEFAULT, event.data()).utf8())
          .isEqualTo("{\"guest\":\"" + guest + "\",\"name\":\"name " + guest.substring(2) + "\"}");
    }
    assertThat(events).hasSizeGreaterThanOrEqualTo(seen.acknowledged);
    restarted.await(store.closing());
    restarted.await(keys.closing());
  }
}
