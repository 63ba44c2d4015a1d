package dev.millrace.core.readmodel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A read model in memory: tables are sorted maps. It is gone when the process ends, and is filled
 * again from the store at the next start. One transaction at a time.
 */
public final class MemoryReadModel implements ReadModel<MemoryTables> {
  private static final String CHECKPOINTS = "millrace_checkpoint";

  private final ReentrantLock lock = new ReentrantLock();
  private final MemoryTables tables = new MemoryTables();

  @Override
  public <V> V transact(Work<MemoryTables, V> work) throws Exception {
    lock.lock();
    boolean committed = false;
    try {
      V result = work.run(tables);
      committed = true;
      return result;
    } finally {
      tables.end(committed);
      lock.unlock();
    }
  }

  /** Reads; the tables must not be changed, nor used after the function has returned. */
  public <V> V read(Function<MemoryTables, V> query) {
    lock.lock();
    try {
      return query.apply(tables);
    } finally {
      tables.end(false);
      lock.unlock();
    }
  }

  @Override
  public Optional<Checkpoint> checkpoint(MemoryTables tables, String context, String processor) {
    return Optional.ofNullable(
        tables.<String, Checkpoint>table(CHECKPOINTS).get(context + "/" + processor));
  }

  @Override
  public void save(MemoryTables tables, Checkpoint checkpoint) {
    tables
        .<String, Checkpoint>table(CHECKPOINTS)
        .put(checkpoint.context() + "/" + checkpoint.processor(), checkpoint);
  }

  @Override
  public RowPage rows(MemoryTables tables, RowQuery query) {
    return new MemoryRows(query).read(tables.<Object, Object>table(query.table()).rows());
  }

  @Override
  public List<String> key(MemoryTables tables, String table) {
    return List.of(MemoryRows.KEY);
  }

  @Override
  public void close() {}
}
