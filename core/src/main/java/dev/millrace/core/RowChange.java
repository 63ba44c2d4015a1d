package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has changed in the rows of a query since the last time.
 *
 * @param whole whether these are all rows, in the order of the query, in place of what was there
 * @param columns their names, in lower case
 * @param key those of them that tell a row from all others; empty: none do, and it is always whole
 * @param changed rows that are new or have changed
 * @param removed the keys of rows that are not there any more, or not among the query's first
 * @param checkpoint every event up to its position is in the rows, unless it waits behind a dead
 *     letter
 */
public record RowChange(
    boolean whole,
    List<String> columns,
    List<String> key,
    List<? extends List<? extends @Nullable Object>> changed,
    List<? extends List<? extends @Nullable Object>> removed,
    @Nullable Checkpoint checkpoint) {
  public RowChange {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    changed = Collections.unmodifiableList(new ArrayList<>(changed));
    removed = Collections.unmodifiableList(new ArrayList<>(removed));
  }

  /** Whether nothing has changed. */
  boolean isEmpty() {
    return !whole && changed.isEmpty() && removed.isEmpty();
  }
}
