package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.store.StoreMismatchException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a projection is: what is kept beside its rows, and written in their transaction.
 *
 * <p>A commit whose answer is lost may have happened. Therefore a checkpoint is only moved from
 * where this process left it, compared and set in one statement, and a slot only takes events that
 * it does not have: what was committed before cannot be committed again, whatever the handlers do.
 * Whoever got no answer asks with {@link #isSaved}, which waits for a commit that is under way,
 * before it tries again.
 *
 * <p>Moves are made one at a time; events of different slots are finished beside each other.
 */
final class ProjectionProgress<T> {
  private final ReadModel<T> readModel;
  private final Checkpoint of;
  private volatile long saved;
  private volatile boolean unsure;

  /**
   * Makes it.
   *
   * @param of the projection, at any position
   */
  ProjectionProgress(ReadModel<T> readModel, Checkpoint of) {
    this.readModel = readModel;
    this.of = of;
  }

  /** It was found, or put, at a position. */
  void begins(long position) {
    saved = position;
    unsure = false;
  }

  /** A change was committed. */
  void committed(ProgressChange change) {
    if (change.position() != ProgressChange.SAME) {
      begins(Math.max(saved, change.position()));
    }
  }

  /** A change without events got no answer: where the checkpoint is must be read again. */
  void notAnswered(ProgressChange change) {
    unsure |= change.position() != ProgressChange.SAME;
  }

  /** Writes what belongs to events that were handled in this transaction. */
  void saveWithEvents(T transaction, ProgressChange change) throws Exception {
    if (isRedriven(change) && !isBehind(transaction, change)) {
      throw elsewhere("has handled events of blocked keys that are handled now");
    }
    saveKeys(transaction, change);
    for (SlotCheckpoint finished : change.finished()) {
      if (!readModel.finish(transaction, of, finished)) {
        throw elsewhere("has finished events of slot " + finished.slot() + " that are handled now");
      }
    }
    if (change.position() == ProgressChange.SAME) {
      return;
    }
    if (unsure) {
      saved = stored(transaction);
    }
    boolean isThere = change.position() == saved && !change.freed().isEmpty();
    if (!isThere
        && (change.position() <= saved
            || !readModel.advance(transaction, saved, of.at(change.position())))) {
      throw elsewhere("is not at position " + saved);
    }
  }

  /** Writes a change without events; once more, if it was written before. */
  void save(T transaction, ProgressChange change) throws Exception {
    saveKeys(transaction, change);
    for (SlotCheckpoint finished : change.finished()) {
      var unused = readModel.finish(transaction, of, finished); // or it was so before
    }
    if (unsure && change.position() != ProgressChange.SAME) {
      saved = stored(transaction);
    }
    if (change.position() > saved
        && !readModel.advance(transaction, saved, of.at(change.position()))) {
      throw elsewhere("is not at position " + saved);
    }
  }

  private void saveKeys(T transaction, ProgressChange change) throws Exception {
    for (BlockedKey key : change.blocked()) {
      readModel.saveBlocked(
          transaction, of.context(), of.processor(), key.id(), BlockedKeyDocument.write(key));
    }
    for (OrderingKey key : change.freed()) {
      readModel.saveBlocked(transaction, of.context(), of.processor(), BlockedKey.idOf(key), null);
    }
  }

  /** Whether a change with events was committed. */
  boolean isSaved(T transaction, ProgressChange change) throws Exception {
    if (change.position() != ProgressChange.SAME) {
      saved = stored(transaction);
    }
    if (!change.finished().isEmpty()) {
      List<SlotCheckpoint> slots = readModel.slotsForUpdate(transaction, of).slots();
      if (slots.isEmpty()) {
        throw elsewhere("has no slots any more");
      }
      return change.finished().stream()
          .allMatch(one -> one.finished().stream().allMatch(slots.get(one.slot())::covers));
    }
    if (!isRedriven(change)) {
      return saved >= change.position();
    }
    Map<OrderingKey, BlockedKey> rows = rows(transaction);
    return change.freed().stream().noneMatch(rows::containsKey)
        && change.blocked().stream().allMatch(one -> isThere(one, rows));
  }

  private static boolean isRedriven(ProgressChange change) {
    return !change.blocked().isEmpty() || !change.freed().isEmpty();
  }

  /** Whether the rows of keys are where this process left them: not level, and not further. */
  private boolean isBehind(T transaction, ProgressChange change) throws Exception {
    Map<OrderingKey, BlockedKey> rows = rows(transaction);
    return change.freed().isEmpty()
        ? change.blocked().stream().allMatch(one -> rows.containsKey(one.key()))
            && change.blocked().stream().anyMatch(one -> !isThere(one, rows))
        : change.freed().stream().anyMatch(rows::containsKey);
  }

  private Map<OrderingKey, BlockedKey> rows(T transaction) throws Exception {
    Map<OrderingKey, BlockedKey> rows = new HashMap<>();
    for (String row : readModel.blocked(transaction, of.context(), of.processor())) {
      BlockedKey key = BlockedKeyDocument.read(row);
      rows.put(key.key(), key);
    }
    return rows;
  }

  private static boolean isThere(BlockedKey one, Map<OrderingKey, BlockedKey> rows) {
    BlockedKey row = rows.get(one.key());
    return row != null && row.handledTo() >= one.handledTo();
  }

  private long stored(T transaction) throws Exception {
    Checkpoint found =
        readModel
            .checkpointForUpdate(transaction, of.context(), of.processor())
            .orElseThrow(() -> elsewhere("is gone"));
    if (!found.equals(of.at(found.position())) || found.position() < saved) {
      throw elsewhere("is " + found);
    }
    return found.position();
  }

  private StoreMismatchException elsewhere(String where) {
    return new StoreMismatchException(
        "the checkpoint of projection '"
            + of.processor()
            + "' of context '"
            + of.context()
            + "' "
            + where
            + ", where this process left it: another process keeps the projection too, or has reset"
            + " it. Let one of them do so, then resume the processor");
  }
}
