package dev.millrace.core;

import dev.millrace.core.readmodel.RowPage;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.Difference.Cell;
import dev.millrace.core.store.MillraceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table of two versions row by row. Both are read in pages beside each other, each in
 * the order of its database; a row waits until the other table comes to its key. Since both come in
 * the same order, only rows that one of them does not have wait for long.
 */
final class TableComparison {
  /** Most rows that wait for their counterpart. */
  static final int MAX_WAITING = 1_000_000;

  private final String table;
  private final RehearsedProjection<?> before;
  private final RehearsedProjection<?> now;
  private final Consumer<Difference.Row> found;
  private final Runnable paged;
  private final List<String> key;
  private long rows;

  /** One of the two tables as it is read. */
  private static final class Side {
    final RehearsedProjection<?> projection;
    final Map<List<@Nullable Object>, Deque<Map<String, @Nullable Object>>> waiting =
        new LinkedHashMap<>();
    @Nullable String cursor;
    boolean ended;
    int waits;

    Side(RehearsedProjection<?> projection) {
      this.projection = projection;
    }
  }

  TableComparison(
      String table,
      RehearsedProjection<?> before,
      RehearsedProjection<?> now,
      Consumer<Difference.Row> found,
      Runnable paged) {
    this.table = table;
    this.before = before;
    this.now = now;
    this.found = found;
    this.paged = paged;
    List<String> key = now.key(table);
    this.key = key.equals(before.key(table)) ? key : List.of();
  }

  /**
   * Compares.
   *
   * @return how many rows the old version has
   */
  long run() {
    Side old = new Side(before);
    Side fresh = new Side(now);
    while (!old.ended || !fresh.ended) {
      for (Map<String, @Nullable Object> row : page(old)) {
        rows++;
        meet(row, old, fresh);
      }
      for (Map<String, @Nullable Object> row : page(fresh)) {
        meet(row, fresh, old);
      }
      if (old.waits + fresh.waits > MAX_WAITING) {
        throw new MillraceException(
            "table "
                + table
                + ": more than "
                + MAX_WAITING
                + " rows have no counterpart; the two versions have little in common");
      }
      paged.run();
    }
    old.waiting.values().forEach(all -> all.forEach(row -> differ(row, null)));
    fresh.waiting.values().forEach(all -> all.forEach(row -> differ(null, row)));
    return rows;
  }

  private List<Map<String, @Nullable Object>> page(Side side) {
    if (side.ended) {
      return List.of();
    }
    RowPage page = side.projection.rows(table, side.cursor);
    side.cursor = page.next();
    side.ended = page.next() == null;
    List<Map<String, @Nullable Object>> rows = new ArrayList<>(page.rows().size());
    for (List<? extends @Nullable Object> values : page.rows()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      for (int i = 0; i < page.columns().size(); i++) {
        row.put(page.columns().get(i), values.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  private void meet(Map<String, @Nullable Object> row, Side own, Side other) {
    List<@Nullable Object> key = keyOf(row);
    Deque<Map<String, @Nullable Object>> counterparts = other.waiting.get(key);
    if (counterparts == null) {
      own.waiting.computeIfAbsent(key, first -> new ArrayDeque<>()).add(row);
      own.waits++;
      return;
    }
    Map<String, @Nullable Object> counterpart = counterparts.remove();
    other.waits--;
    if (counterparts.isEmpty()) {
      other.waiting.remove(key);
    }
    if (!row.equals(counterpart)) {
      boolean isOld = own.projection == before;
      differ(isOld ? row : counterpart, isOld ? counterpart : row);
    }
  }

  /** The values of the key; of the whole row where there is none. */
  private List<@Nullable Object> keyOf(Map<String, @Nullable Object> row) {
    List<@Nullable Object> values = new ArrayList<>();
    if (key.isEmpty()) {
      new TreeSet<>(row.keySet()).forEach(column -> values.add(row.get(column)));
    } else {
      key.forEach(column -> values.add(row.get(column)));
    }
    return values;
  }

  private void differ(
      @Nullable Map<String, @Nullable Object> was, @Nullable Map<String, @Nullable Object> is) {
    Map<String, @Nullable Object> any = Objects.requireNonNull(was == null ? is : was);
    Difference.Row.Kind kind =
        is == null
            ? Difference.Row.Kind.MISSING
            : was == null ? Difference.Row.Kind.EXTRA : Difference.Row.Kind.OTHER;
    Map<String, Cell> cells = new LinkedHashMap<>();
    TreeSet<String> columns = new TreeSet<>(any.keySet());
    if (is != null) {
      columns.addAll(is.keySet());
    }
    for (String column : columns) {
      Object before = was == null ? null : was.get(column);
      Object now = is == null ? null : is.get(column);
      if (!Objects.equals(before, now)) {
        cells.put(column, new Cell(RowValues.text(before), RowValues.text(now)));
      }
    }
    List<String> key = new ArrayList<>();
    keyOf(any).forEach(value -> key.add(String.valueOf(RowValues.text(value))));
    found.accept(new Difference.Row(now.projection().name(), table, key, kind, cells));
  }
}
