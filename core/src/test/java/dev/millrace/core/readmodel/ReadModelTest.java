package dev.millrace.core.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.StoreIdentity;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReadModelTest {
  private static final Checkpoint CHECKPOINT =
      new Checkpoint("bank", "balances", 2, new StoreIdentity(new UUID(1, 2), 3), 42);

  private static JdbcReadModel h2() {
    return JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  }

  private static List<Integer> numbers(JdbcReadModel h2, String sql) {
    return h2.read(tx -> tx.query(sql, row -> row.getInt(1)));
  }

  private static Optional<Checkpoint> checkpoint(JdbcReadModel h2, String processor) {
    return h2.read(tx -> h2.checkpoint(tx, "bank", processor));
  }

  @Test
  void rowsAndCheckpointAreCommittedTogether() throws Exception {
    try (JdbcReadModel h2 = h2()) {
      h2.transact(tx -> tx.update("CREATE TABLE t (id INT PRIMARY KEY)"));
      h2.transact(tx -> {
        tx.batch("INSERT INTO t VALUES (?)", 1);
        h2.save(tx, CHECKPOINT);
        return true;
      });
      assertThatThrownBy(() ->
              h2.transact(tx -> {
                tx.batch("INSERT INTO t VALUES (?)", 2);
                h2.save(tx, new Checkpoint("bank", "balances", 2, CHECKPOINT.store(), 43));
                throw new IllegalStateException("crash");
              }))
          .hasMessage("crash");
      assertThat(numbers(h2, "SELECT id FROM t")).containsExactly(1);
      assertThat(checkpoint(h2, "balances")).contains(CHECKPOINT);
      assertThat(checkpoint(h2, "others")).isEmpty();
    }
  }

  @Test
  void aRefusedStatementNamesItselfAndLeavesTheConnectionUsable() throws Exception {
    try (JdbcReadModel h2 = h2()) {
      assertThatThrownBy(() -> h2.transact(tx -> tx.update("UPDATE nowhere SET x = 1")))
          .isInstanceOf(ReadModelException.class)
          .hasMessageContaining("UPDATE nowhere SET x = 1");
      assertThat(numbers(h2, "SELECT 1")).containsExactly(1);
    }
  }

  @Test
  void aBatchThatFailsAtTheCommitRollsEverythingBack() throws Exception {
    try (JdbcReadModel h2 = h2()) {
      h2.transact(tx -> tx.update("CREATE TABLE t (id INT PRIMARY KEY)"));
      assertThatThrownBy(() ->
              h2.transact(tx -> {
                tx.batch("INSERT INTO t VALUES (?)", 1);
                tx.batch("INSERT INTO t VALUES (?)", 1);
                return true;
              }))
          .isInstanceOf(Exception.class);
      assertThat(numbers(h2, "SELECT id FROM t")).isEmpty();
    }
  }

  @Test
  void batchesRunBeforeWhatReadsThem() throws Exception {
    try (JdbcReadModel h2 = h2()) {
      h2.transact(tx -> tx.update("CREATE TABLE t (id INT PRIMARY KEY, n INT)"));
      int total =
          h2.transact(tx -> {
            for (int i = 0; i < 2 * JdbcTransaction.MAX_BATCH + 10; i++) {
              tx.batch("INSERT INTO t VALUES (?, ?)", i, 1);
            }
            return tx.query("SELECT SUM(n) FROM t", row -> row.getInt(1)).get(0);
          });
      assertThat(total).isEqualTo(2 * JdbcTransaction.MAX_BATCH + 10);
    }
  }

  @Test
  void moreStatementsThanAreKeptStillAllRun() throws Exception {
    try (JdbcReadModel h2 = h2()) {
      h2.transact(tx -> tx.update("CREATE TABLE t (id INT PRIMARY KEY)"));
      h2.transact(tx -> {
        for (int i = 0; i < 3 * JdbcTransaction.MAX_STATEMENTS; i++) {
          tx.batch("INSERT INTO t VALUES (? + 0 * " + i + ")", i);
        }
        return true;
      });
      assertThat(numbers(h2, "SELECT COUNT(*) FROM t"))
          .containsExactly(3 * JdbcTransaction.MAX_STATEMENTS);
    }
  }

  @Test
  void manyThreadsShareTheConnections() throws Exception {
    try (JdbcReadModel h2 = h2();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      h2.transact(tx -> tx.update("CREATE TABLE t (id INT PRIMARY KEY)"));
      List<Callable<Integer>> work =
          java.util.stream.IntStream.range(0, 200)
              .<Callable<Integer>>mapToObj(
                  i -> () -> h2.transact(tx -> tx.update("INSERT INTO t VALUES (?)", i)))
              .toList();
      for (Future<Integer> done : threads.invokeAll(work)) {
        assertThat(done.get()).isEqualTo(1);
      }
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedIsNamed() {
    assertThatThrownBy(() -> JdbcReadModel.open("jdbc:nobody:x"))
        .isInstanceOf(ReadModelException.class)
        .hasMessageContaining("jdbc:nobody:x");
  }

  @Test
  void memoryTablesUndoWhatFailed() throws Exception {
    MemoryReadModel memory = new MemoryReadModel();
    memory.transact(tx -> {
      MemoryTables.Table<String, Integer> table = tx.table("t");
      table.put("a", 1);
      table.put("b", 2);
      memory.save(tx, CHECKPOINT);
      return true;
    });
    assertThatThrownBy(() ->
            memory.transact(tx -> {
              MemoryTables.Table<String, Integer> table = tx.table("t");
              table.merge("a", 5, Integer::sum);
              table.put("c", 3);
              table.remove("b");
              table.clear();
              table.put("a", 9);
              throw new IllegalStateException("crash");
            }))
        .hasMessage("crash");
    String rows = memory.read(tx -> tx.<String, Integer>table("t").rows()).toString();
    assertThat(rows).isEqualTo("[a=1, b=2]");
    Optional<Checkpoint> kept = memory.transact(tx -> memory.checkpoint(tx, "bank", "balances"));
    assertThat(kept).contains(CHECKPOINT);
  }
}
