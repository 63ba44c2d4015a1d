package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.ReadModelException;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.store.StoreMismatchException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same for a database: a test opens it empty. */
public abstract class JdbcReadModelContract extends ReadModelContract {
  private JdbcReadModel readModel;

  /** Opens a database in which there is nothing. */
  protected abstract JdbcReadModel open();

  /** Opens it for a test. */
  @BeforeEach
  void begin() {
    readModel = open();
  }

  /** Gives it back. */
  @AfterEach
  void close() {
    readModel.close();
  }

  @Override
  protected Projection<?> sums(int version, long factor, Consumer<Added> before) {
    // what a version adds to its table must not be seen by those who ask the other for all columns
    String extra = version == 1 ? "" : ", extra INT DEFAULT " + version;
    return Projection.named("sums", version)
        .into(readModel)
        .retrying(Retry.attempts(2).backingOff(Duration.ofMillis(2), Duration.ofMillis(5)))
        .showing("sums")
        .creating(tx ->
            tx.update(
                "CREATE TABLE IF NOT EXISTS sums (name VARCHAR(60) PRIMARY KEY, total BIGINT"
                    + extra
                    + ")"))
        .clearing(tx -> tx.update("DELETE FROM sums"))
        .on(
            Added.class,
            (event, tx) -> {
              before.accept(event);
              if (factor == 0) {
                return;
              }
              long amount = factor * event.amount();
              String key = event.key();
              if (tx.update("UPDATE sums SET total = total + ? WHERE name = ?", amount, key) == 0) {
                tx.update("INSERT INTO sums (name, total) VALUES (?, ?)", key, amount);
              }
            });
  }

  @Override
  protected Map<String, Long> read() {
    return readModel
        .read(tx ->
            tx.query(
                "SELECT * FROM sums", row -> Map.entry(row.getString(1), row.getLong("total"))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private RowsVersion version(int version) {
    return readModel.read(tx -> readModel.versions(tx, "contract", "sums")).stream()
        .filter(one -> one.version() == version)
        .findFirst()
        .orElseThrow();
  }

  /** Version 1 answers, and version 2, which was made, does not any more. */
  private Millrace bothOfWhichTheFirstAnswers() {
    Millrace first = host(sums(1, 1, nothing -> {}));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace both = host(sums(1, 1, nothing -> {}), sums(2, 10, nothing -> {}));
    awaitLive(both, 2);
    assertThat(both.versions("sums").rollback()).isEqualTo(1);
    return both;
  }

  @Test
  void howAVersionStandsIsUndoneWithItsTransaction() {
    Millrace both = bothOfWhichTheFirstAnswers();
    assertThatThrownBy(() ->
            readModel.transact(tx -> {
              readModel.setState(tx, version(1), State.KEPT);
              readModel.setState(tx, version(2), State.LIVE);
              throw new IllegalStateException("after both");
            }))
        .hasMessage("after both");
    assertThat(version(1).state()).isEqualTo(State.LIVE);
    assertThat(version(2).state()).isEqualTo(State.KEPT);
    assertThat(read()).isEqualTo(Map.of("a", 3L));
    end(both);
  }

  @Test
  void whoSaysWhatAVersionShowsChangesNothingElse() throws Exception {
    end(bothOfWhichTheFirstAnswers());
    RowsVersion asItWas = version(1).in(State.BUILDING);
    readModel.transact(tx -> {
      readModel.show(tx, asItWas, List.of("others"));
      return true;
    });
    assertThat(version(1).state()).isEqualTo(State.LIVE);
    assertThat(version(1).tables()).containsExactly("others");
  }

  @Test
  void whoStillHasADroppedVersionDoesNotWriteIntoAnother() {
    Millrace both = bothOfWhichTheFirstAnswers();
    RowsVersion second = version(2);
    both.versions("sums").drop(2);
    assertThatThrownBy(
            () -> readModel.transact(second, tx -> tx.update("UPDATE sums SET total = total + 1")))
        .isInstanceOf(StoreMismatchException.class)
        .hasMessageContaining("are not kept any more");
    assertThat(read()).isEqualTo(Map.of("a", 3L));
    both.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 4L));
  }

  @Test
  void aVersionThatBecomesLiveMeanwhileIsNotDropped() throws Exception {
    Millrace both = bothOfWhichTheFirstAnswers();
    CompletableFuture<Void> dropped =
        readModel.transact(tx -> {
          readModel.setState(tx, version(1), State.KEPT);
          readModel.setState(tx, version(2), State.LIVE);
          return CompletableFuture.runAsync(() -> both.versions("sums").drop(2));
        });
    assertThatThrownBy(() -> dropped.get(60, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("answers");
    assertThat(read()).isEqualTo(Map.of("a", 30L));
  }

  @Test
  void aDropThatWasCutOffIsEndedAtTheNextStart() throws Exception {
    end(bothOfWhichTheFirstAnswers());
    RowsVersion second = version(2);
    readModel.transact(tx -> {
      readModel.setState(tx, second, State.DROPPING);
      return true;
    });
    Millrace again = host(sums(1, 1, nothing -> {}));
    again.await("sums", add("a", 1, 1), LONG);
    assertThat(again.versions("sums").list())
        .extracting(one -> one.rows().version())
        .containsExactly(1);
    int schemas =
        readModel
            .read(tx ->
                tx.query(
                    "SELECT 1 FROM information_schema.schemata WHERE schema_name = ?",
                    row -> row.getInt(1),
                    second.place()))
            .size();
    assertThat(schemas).isZero();
  }

  @Test
  void whatAnApplicationCreatesIsNotDroppedWithAVersion() {
    Millrace both = bothOfWhichTheFirstAnswers();
    both.versions("sums").makeLive(2);
    List<Long> seen =
        readModel.read(tx -> {
          tx.update("CREATE TABLE IF NOT EXISTS notes (name VARCHAR(60) PRIMARY KEY, n BIGINT)");
          tx.update("INSERT INTO notes (name, n) SELECT name, total FROM sums");
          tx.update("CREATE UNIQUE INDEX by_total ON sums (total)");
          return tx.query("SELECT n FROM notes", row -> row.getLong(1));
        });
    assertThat(seen).containsExactly(30L);
    assertThatThrownBy(() -> readModel.read(tx -> tx.update("CREATE TABLE notes (n INT)")))
        .isInstanceOf(ReadModelException.class);
    assertThat(read()).isEqualTo(Map.of("a", 30L));
    both.versions("sums").rollback();
    both.versions("sums").drop(2);
    List<Long> kept = readModel.read(tx -> tx.query("SELECT n FROM notes", row -> row.getLong(1)));
    assertThat(kept).containsExactly(30L);
  }

  @Test
  void aVersionThatIsBehindInSomeLanesDoesNotAnswer() {
    withManyLanesAVersionThatIsBehindInSomeDoesNotAnswer();
  }

  @Test
  void aProjectionThatDoesNotMakeItsTablesIsFilledAnewInPlace() {
    assertThat(readModel.keepsVersions(false)).isFalse();
    assertThat(readModel.keepsVersions(true)).isTrue();
  }
}
