package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.RowPage;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreIdentity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A projection of one version in a rehearsal: fills an empty read model, or only reads one. */
final class RehearsedProjection<T> {
  private final Context context;
  private final Projection<T> projection;
  private final StoreIdentity store;
  private final Set<String> types = new HashSet<>();
  private String problem = "";

  RehearsedProjection(Context context, Projection<T> projection, StoreIdentity store) {
    this.context = context;
    this.projection = projection;
    this.store = store;
    for (Query.Criterion criterion : projection.query(context.catalog()).anyOf()) {
      types.addAll(criterion.types());
    }
  }

  Projection<T> projection() {
    return projection;
  }

  ReadModel<T> readModel() {
    return projection.readModel();
  }

  /** Why it could not go on; empty: it did. */
  String problem() {
    return problem;
  }

  /**
   * Makes the tables.
   *
   * @throws IllegalArgumentException when rows of this projection are there; nothing was changed
   */
  void begin() {
    transact(transaction -> {
      Optional<Checkpoint> found =
          readModel().checkpoint(transaction, context.name(), projection.name());
      if (found.isPresent()) {
        throw new IllegalArgumentException(
            "the read model of projection '"
                + projection.name()
                + "' has its rows up to position "
                + found.get().position()
                + "; a rehearsal fills an empty one that is made for it");
      }
      projection.creating().run(transaction);
      save(transaction, 0);
      return true;
    });
  }

  /** Handles events that follow each other. */
  void handle(List<RehearsedEvent> events) {
    List<Recorded<Object>> batch = new ArrayList<>();
    for (RehearsedEvent event : events) {
      if (problem.isEmpty() && types.contains(event.stored().type())) {
        Object read = event.event();
        if (read == null) {
          handleBatch(batch);
          problem = problem.isEmpty() ? event.problem() : problem;
        } else {
          batch.add(new Recorded<>(read, event.stored()));
          if (batch.size() == projection.options().batch()) {
            handleBatch(batch);
          }
        }
      }
    }
    handleBatch(batch);
  }

  private void handleBatch(List<Recorded<Object>> batch) {
    if (batch.isEmpty() || !problem.isEmpty()) {
      return;
    }
    long first = batch.get(0).stored().position();
    long last = batch.get(batch.size() - 1).stored().position();
    try {
      transactOrThrow(transaction -> {
        projection.handle(List.copyOf(batch), transaction);
        save(transaction, last);
        return true;
      });
    } catch (Exception e) {
      problem = "it failed within events " + first + " to " + last + ": " + e;
    }
    batch.clear();
  }

  private void save(T transaction, long position) throws Exception {
    readModel()
        .save(
            transaction,
            new Checkpoint(
                context.name(), projection.name(), projection.version(), store, position));
  }

  /** Looks whether the rows that are there are those of this history up to its head. */
  void mustBeLevel(long head) {
    transact(transaction -> {
      String progress = projection.name();
      for (RowsVersion rows :
          readModel().versions(transaction, context.name(), projection.name())) {
        progress = rows.isLive() ? rows.progressName() : progress;
      }
      Checkpoint found = readModel().checkpoint(transaction, context.name(), progress).orElse(null);
      if (found == null) {
        problem = "its read model has no rows of it";
      } else if (!found.store().equals(store)) {
        problem = "its rows are of store " + found.store() + ", not of " + store;
      } else if (found.position() != head) {
        problem = "its rows are at position " + found.position() + ", the history ends at " + head;
      }
      return true;
    });
  }

  List<String> key(String table) {
    return transact(transaction -> readModel().key(transaction, table));
  }

  RowPage rows(String table, @Nullable String cursor) {
    RowQuery query = new RowQuery(table, List.of(), List.of(), cursor, RowQuery.MAX_ROWS);
    return transact(transaction -> RowValues.detached(readModel().rows(transaction, query)));
  }

  private <V> V transact(ReadModel.Work<T, V> work) {
    try {
      return transactOrThrow(work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new dev.millrace.core.readmodel.ReadModelException(
          "the read model of projection '" + projection.name() + "': " + e.getMessage(), e);
    }
  }

  private <V> V transactOrThrow(ReadModel.Work<T, V> work) throws Exception {
    return readModel().transact(work);
  }
}
