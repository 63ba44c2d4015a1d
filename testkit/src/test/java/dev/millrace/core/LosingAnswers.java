package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.readmodel.SlotCheckpoints;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A database whose connection breaks at a commit: before it was done, or after. */
final class LosingAnswers<T> implements ReadModel<T> {
  private final ReadModel<T> real;
  private final IntSupplier choice;
  private int lost;

  /**
   * Wraps a read model.
   *
   * @param choice what becomes of a transaction: 0 or 1: it is committed, and the answer lost; 2:
   *     it is rolled back at the commit; more: it goes well
   */
  LosingAnswers(ReadModel<T> real, IntSupplier choice) {
    this.real = real;
    this.choice = choice;
  }

  /** How often a commit was done and its answer lost. */
  int lost() {
    return lost;
  }

  @Override
  public <V> V transact(Work<T, V> work) throws Exception {
    int chosen = choice.getAsInt();
    V result =
        real.transact(tx -> {
          V done = work.run(tx);
          if (chosen == 2) {
            throw new SQLTransientConnectionException("the connection broke before the commit");
          }
          return done;
        });
    if (chosen < 2) {
      lost++;
      throw chosen == 0
          ? new SQLTransientConnectionException("the connection broke after the commit")
          : new IllegalStateException("something broke after the commit");
    }
    return result;
  }

  @Override
  public Optional<Checkpoint> checkpoint(T tx, String context, String processor) throws Exception {
    return real.checkpoint(tx, context, processor);
  }

  @Override
  public Optional<Checkpoint> checkpointForUpdate(T tx, String context, String processor)
      throws Exception {
    return real.checkpointForUpdate(tx, context, processor);
  }

  @Override
  public void save(T tx, Checkpoint checkpoint) throws Exception {
    real.save(tx, checkpoint);
  }

  @Override
  public boolean advance(T tx, long from, Checkpoint to) throws Exception {
    return real.advance(tx, from, to);
  }

  @Override
  public List<String> blocked(T tx, String context, String processor) throws Exception {
    return real.blocked(tx, context, processor);
  }

  @Override
  public void saveBlocked(
      T tx, String context, String processor, String id, @Nullable String document)
      throws Exception {
    real.saveBlocked(tx, context, processor, id, document);
  }

  @Override
  public SlotCheckpoints slots(T tx, Checkpoint of) throws Exception {
    return real.slots(tx, of);
  }

  @Override
  public SlotCheckpoints slotsForUpdate(T tx, Checkpoint of) throws Exception {
    return real.slotsForUpdate(tx, of);
  }

  @Override
  public void makeSlots(T tx, Checkpoint of, String ordering, int slots) throws Exception {
    real.makeSlots(tx, of, ordering, slots);
  }

  @Override
  public boolean finish(T tx, Checkpoint of, SlotCheckpoint finished) throws Exception {
    return real.finish(tx, of, finished);
  }

  @Override
  public void forgetProgress(T tx, String context, String processor) throws Exception {
    real.forgetProgress(tx, context, processor);
  }

  @Override
  public void close() {
    real.close();
  }
}
