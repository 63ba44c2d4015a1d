package dev.millrace.core;

import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalReport.ReadModelResult;
import dev.millrace.core.store.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A projection in both versions, and the comparison of their rows. */
final class RehearsedReadModel {
  private final RehearsedProjection<?> before;
  private final RehearsedProjection<?> now;
  private final boolean filled;
  private final Consumer<Difference> found;
  private long missing;
  private long extra;
  private long other;

  /**
   * Puts two versions together.
   *
   * @param filled whether the old version fills its rows too, or has them already
   */
  @SuppressWarnings("ReferenceEquality") // the same database, not an equal one
  RehearsedReadModel(
      RehearsedProjection<?> before,
      RehearsedProjection<?> now,
      boolean filled,
      Consumer<Difference> found) {
    this.before = before;
    this.now = now;
    this.filled = filled;
    this.found = found;
    if (before.readModel() == now.readModel()) {
      throw new IllegalArgumentException(
          "both versions of projection '"
              + name()
              + "' have the same read model; give each one of its own");
    }
  }

  private String name() {
    return now.projection().name();
  }

  void begin() {
    if (filled) {
      before.begin();
    }
    now.begin();
  }

  void handleBefore(List<RehearsedEvent> events) {
    if (filled) {
      before.handle(events);
    }
  }

  void handleNow(List<RehearsedEvent> events) {
    now.handle(events);
  }

  ReadModelResult notCompared(String why) {
    return new ReadModelResult(name(), 0, missing, extra, other, why);
  }

  /** Compares all tables that both show. */
  ReadModelResult compare(long head, Runnable paged) {
    if (!filled) {
      before.mustBeLevel(head);
    }
    List<String> problems = new ArrayList<>();
    if (!before.problem().isEmpty()) {
      problems.add("the old version: " + before.problem());
    }
    if (!now.problem().isEmpty()) {
      problems.add("the new version: " + now.problem());
    }
    if (!problems.isEmpty()) {
      return notCompared(String.join("; ", problems));
    }
    Set<String> tables = new TreeSet<>(before.projection().shown());
    tables.addAll(now.projection().shown());
    if (tables.isEmpty()) {
      return notCompared("it shows no tables; name them with .showing(…)");
    }
    long rows = 0;
    for (String table : tables) {
      if (!before.projection().shown().contains(table)) {
        problems.add("only the new version shows table " + table);
      } else if (!now.projection().shown().contains(table)) {
        problems.add("only the old version shows table " + table);
      } else {
        try {
          rows += new TableComparison(table, before, now, this::found, paged).run();
        } catch (MillraceException | IllegalArgumentException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      }
    }
    if (!filled) {
      before.mustBeLevel(head);
      if (!before.problem().isEmpty()) {
        problems.add("while its rows were compared: " + before.problem());
      }
    }
    return new ReadModelResult(name(), rows, missing, extra, other, String.join("; ", problems));
  }

  private void found(Difference.Row row) {
    switch (row.kind()) {
      case MISSING -> missing++;
      case EXTRA -> extra++;
      case OTHER -> other++;
    }
    found.accept(row);
  }
}
