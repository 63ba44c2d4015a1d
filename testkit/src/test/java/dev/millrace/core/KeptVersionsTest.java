package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.KeptVersions.Switch;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.store.StoreIdentity;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which rows may answer, decided by what the read model has, whoever has put it there. */
final class KeptVersionsTest {
  private static final StoreIdentity STORE = new StoreIdentity(new UUID(3, 4), 1);
  private static final StoreIdentity RESTORED = new StoreIdentity(new UUID(3, 4), 2);

  private interface Check {
    <T> void run(ReadModel<T> readModel) throws Exception;
  }

  private static void inMemoryAndInADatabase(Check check) throws Exception {
    check.run(new MemoryReadModel());
    try (JdbcReadModel h2 = JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID())) {
      check.run(h2);
    }
  }

  private static <T> KeptVersions<T> kept(ReadModel<T> readModel, int newest) {
    return new KeptVersions<>("c", projection(readModel, newest), STORE);
  }

  private static <T> Projection<T> projection(ReadModel<T> readModel, int version) {
    return Projection.named("p", version).into(readModel).creating(tx -> {});
  }

  private static Checkpoint at(RowsVersion rows, StoreIdentity store, long position) {
    return new Checkpoint("c", rows.progressName(), rows.version(), store, position);
  }

  /** Version 1 answers, with every event up to 10; version 2 is new. */
  private static <T> RowsVersion second(ReadModel<T> readModel) throws Exception {
    readModel.transact(tx -> {
      RowsVersion first = kept(readModel, 1).open(projection(readModel, 1), tx);
      readModel.save(tx, at(first, STORE, 10));
      return first;
    });
    return readModel.transact(tx -> kept(readModel, 2).open(projection(readModel, 2), tx));
  }

  private static <T> Switch becomeLive(ReadModel<T> readModel, RowsVersion rows, long examined)
      throws Exception {
    return readModel.transact(tx -> kept(readModel, 2).becomeLive(tx, rows, examined));
  }

  private static <T> Switch makeLive(ReadModel<T> readModel, RowsVersion rows) throws Exception {
    return readModel.transact(
        tx -> kept(readModel, 2).makeLive(tx, rows.version(), KeptVersionsTest::nobody));
  }

  /** No processor of the program keeps them. */
  private static <T> long nobody(T transaction, RowsVersion rows, long target) {
    return 0;
  }

  private static <T> void save(ReadModel<T> readModel, Checkpoint checkpoint) throws Exception {
    readModel.transact(tx -> {
      readModel.save(tx, checkpoint);
      return true;
    });
  }

  private static <T> void theFirstAnswers(ReadModel<T> readModel) throws Exception {
    assertThat(readModel.transact(tx -> kept(readModel, 2).live(tx)).version()).isEqualTo(1);
  }

  @Test
  void rowsThatNobodyMadeDoNotAnswer() throws Exception {
    inMemoryAndInADatabase(
        new Check() {
          @Override
          public <T> void run(ReadModel<T> readModel) throws Exception {
            RowsVersion second = second(readModel);
            assertThat(becomeLive(readModel, second, 10))
                .isEqualTo(new Switch.Refused("they have no checkpoint"));
            assertThat(makeLive(readModel, second))
                .isEqualTo(new Switch.Refused("they have no checkpoint"));
            theFirstAnswers(readModel);
          }
        });
  }

  @Test
  void rowsOfAnotherHistoryDoNotAnswer() throws Exception {
    inMemoryAndInADatabase(
        new Check() {
          @Override
          public <T> void run(ReadModel<T> readModel) throws Exception {
            RowsVersion second = second(readModel);
            save(readModel, at(second, RESTORED, 11));
            assertThat(makeLive(readModel, second)).isInstanceOf(Switch.Refused.class);
            theFirstAnswers(readModel);
          }
        });
  }

  @Test
  void whatIsFinishedBeyondTheCheckpointCounts() throws Exception {
    inMemoryAndInADatabase(
        new Check() {
          @Override
          public <T> void run(ReadModel<T> readModel) throws Exception {
            RowsVersion second = second(readModel);
            save(readModel, at(second, STORE, 11));
            Checkpoint first = new Checkpoint("c", "p", 1, STORE, 10);
            readModel.transact(tx -> {
              readModel.makeSlots(tx, first, "key", 2);
              return readModel.finish(tx, first, new SlotCheckpoint(1, 0, List.of(12L)));
            });
            assertThat(makeLive(readModel, second)).isEqualTo(new Switch.Behind(1, 12));
            theFirstAnswers(readModel);
            assertThat(becomeLive(readModel, second, 12)).isEqualTo(new Switch.Done());
          }
        });
  }

  @Test
  void deadLettersOfWhicheverProcessKeepNewRowsFromAnswering() throws Exception {
    inMemoryAndInADatabase(
        new Check() {
          @Override
          public <T> void run(ReadModel<T> readModel) throws Exception {
            RowsVersion second = second(readModel);
            save(readModel, at(second, STORE, 11));
            readModel.transact(tx -> {
              readModel.saveBlocked(tx, "c", second.progressName(), "0123456789abcdef", "{}");
              return true;
            });
            assertThat(becomeLive(readModel, second, 11))
                .isEqualTo(new Switch.Refused("they have dead letters"));
            theFirstAnswers(readModel);
            assertThat(makeLive(readModel, second)).isEqualTo(new Switch.Done());
          }
        });
  }

  @Test
  void whatWasLiveAndIsKeptAnswersAgainOnlyWhenSomebodyWantsIt() throws Exception {
    inMemoryAndInADatabase(
        new Check() {
          @Override
          public <T> void run(ReadModel<T> readModel) throws Exception {
            RowsVersion second = second(readModel);
            save(readModel, at(second, STORE, 10));
            assertThat(becomeLive(readModel, second, 10)).isEqualTo(new Switch.Done());
            Switch back =
                readModel.transact(
                    tx -> kept(readModel, 2).makeLive(tx, 1, KeptVersionsTest::nobody));
            assertThat(back).isEqualTo(new Switch.Done());
            assertThat(becomeLive(readModel, second, 10)).isInstanceOf(Switch.Refused.class);
            List<RowsVersion> all = readModel.transact(tx -> kept(readModel, 2).all(tx));
            assertThat(all).extracting(RowsVersion::state).containsExactly(State.LIVE, State.KEPT);
          }
        });
  }
}
