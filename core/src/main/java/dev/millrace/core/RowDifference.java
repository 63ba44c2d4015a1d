package dev.millrace.core;

import dev.millrace.core.readmodel.RowPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells rows of a query from those of an earlier moment, by their key. */
final class RowDifference {
  private final KeyedRows now;
  private final Map<List<@Nullable Object>, List<? extends @Nullable Object>> rows =
      new LinkedHashMap<>();

  /**
   * Rows of one moment.
   *
   * @param key the columns that tell a row from all others; empty: none do
   */
  record KeyedRows(Rows rows, List<String> key) {}

  RowDifference(KeyedRows now) {
    this.now = now;
    List<Integer> places = now.key().stream().map(now.rows().page().columns()::indexOf).toList();
    if (!places.isEmpty() && !places.contains(-1)) {
      for (List<? extends @Nullable Object> row : now.rows().page().rows()) {
        List<@Nullable Object> key = new ArrayList<>();
        places.forEach(place -> key.add(row.get(place)));
        rows.put(key, row);
      }
    }
  }

  private RowPage page() {
    return now.rows().page();
  }

  KeyedRows now() {
    return now;
  }

  /** All of them. */
  RowChange whole() {
    return new RowChange(
        true, page().columns(), now.key(), page().rows(), List.of(), now.rows().checkpoint());
  }

  /** What is other than it was. */
  RowChange since(RowDifference before) {
    if (page().rows().equals(before.page().rows())
        && page().columns().equals(before.page().columns())) {
      return change(List.of(), List.of());
    }
    boolean comparable =
        rows.size() == page().rows().size()
            && before.rows.size() == before.page().rows().size()
            && (before.rows.isEmpty() || page().columns().equals(before.page().columns()))
            && now.key().equals(before.now.key());
    if (!comparable) {
      return whole();
    }
    List<List<? extends @Nullable Object>> changed = new ArrayList<>();
    rows.forEach((key, row) -> {
      if (!row.equals(before.rows.get(key))) {
        changed.add(row);
      }
    });
    List<List<? extends @Nullable Object>> removed = new ArrayList<>();
    before.rows.keySet().stream().filter(key -> !rows.containsKey(key)).forEach(removed::add);
    return change(changed, removed);
  }

  private RowChange change(
      List<? extends List<? extends @Nullable Object>> changed,
      List<? extends List<? extends @Nullable Object>> removed) {
    return new RowChange(
        false, page().columns(), now.key(), changed, removed, now.rows().checkpoint());
  }
}
