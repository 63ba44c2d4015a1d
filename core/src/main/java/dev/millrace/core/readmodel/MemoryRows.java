package dev.millrace.core.readmodel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows of a table in memory: its key, then the components of its records or its value. */
final class MemoryRows {
  private final RowQuery query;

  MemoryRows(RowQuery query) {
    this.query = query;
  }

  RowPage read(List<Map.Entry<Object, Object>> entries) {
    List<Map<String, @Nullable Object>> found = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : entries) {
      Map<String, @Nullable Object> row = row(entry);
      if (query.filters().stream().allMatch(filter -> matches(filter, row))) {
        found.add(row);
      }
    }
    for (int i = query.order().size() - 1; i >= 0; i--) {
      found.sort(comparator(query.order().get(i)));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    int end = Math.min(found.size(), query.offset() + query.limit());
    for (int i = query.offset(); i < end; i++) {
      rows.add(new ArrayList<>(found.get(i).values()));
    }
    List<String> columns =
        entries.isEmpty() ? List.of() : List.copyOf(row(entries.get(0)).keySet());
    return new RowPage(columns, rows, found.size() > end);
  }

  private static Map<String, @Nullable Object> row(Map.Entry<Object, Object> entry) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("key", entry.getKey());
    Object value = entry.getValue();
    if (!value.getClass().isRecord()) {
      row.put("value", value);
      return row;
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      row.put(component.getName(), component(component, value));
    }
    return row;
  }

  private static @Nullable Object component(RecordComponent component, Object value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new ReadModelException("cannot read " + component + ": " + e.getMessage(), e);
    }
  }

  private static boolean matches(RowQuery.Filter filter, Map<String, @Nullable Object> row) {
    Object value = value(row, filter.column());
    if (value == null) {
      return false;
    }
    if (filter.comparison() == RowQuery.Comparison.STARTS_WITH) {
      return value.toString().startsWith(filter.value());
    }
    int order = compare(value, filter.value());
    return switch (filter.comparison()) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      case AT_LEAST -> order >= 0;
      case STARTS_WITH -> throw new IllegalStateException("handled above");
    };
  }

  private static Comparator<Map<String, @Nullable Object>> comparator(RowQuery.Order order) {
    Comparator<Map<String, @Nullable Object>> byColumn =
        (one, other) -> {
          Object first = value(one, order.column());
          Object second = value(other, order.column());
          if (first == null || second == null) {
            return Boolean.compare(first != null, second != null);
          }
          return compare(first, second.toString());
        };
    return order.descending() ? byColumn.reversed() : byColumn;
  }

  private static @Nullable Object value(Map<String, @Nullable Object> row, String column) {
    if (!row.containsKey(column)) {
      throw new IllegalArgumentException(
          "there is no column '" + column + "'; there are " + row.keySet());
    }
    return row.get(column);
  }

  private static int compare(Object value, String text) {
    if (value instanceof Number) {
      try {
        return new BigDecimal(value.toString()).compareTo(new BigDecimal(text));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' is not a number", e);
      }
    }
    return value.toString().compareTo(text);
  }
}
