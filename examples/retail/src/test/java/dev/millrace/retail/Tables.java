package dev.millrace.retail;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.ResultSetMetaData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The read models' tables as values: table, key, column. */
final class Tables {
  static final List<String> NAMES =
      List.of(
          "revenue_by_country", "revenue_by_day", "product", "customer", "cancellation", "refusal");

  /** When stock runs low, and what a product was called last, depends on the order of arrival. */
  static final Set<String> DEPEND_ON_ARRIVAL = Set.of("ordered", "restocked", "description");

  private Tables() {}

  /** All columns, numbers and labels. */
  static Map<String, Map<String, Map<String, String>>> all(RetailApplication shop) {
    return without(shop, Set.of());
  }

  static Map<String, Map<String, Map<String, String>>> without(
      RetailApplication shop, Set<String> columns) {
    Map<String, Map<String, Map<String, String>>> tables = new TreeMap<>();
    for (String name : NAMES) {
      Map<String, Map<String, String>> rows = new TreeMap<>();
      var unused =
          shop.readModel()
              .read(transaction ->
                  transaction.query(
                      "SELECT * FROM " + name,
                      row -> {
                        ResultSetMetaData meta = row.getMetaData();
                        Map<String, String> values = new TreeMap<>();
                        String key = row.getString(keyColumn(name));
                        for (int i = 1; i <= meta.getColumnCount(); i++) {
                          String column = meta.getColumnLabel(i).toLowerCase(Locale.ROOT);
                          Object value = row.getObject(i);
                          if (!columns.contains(column)) {
                            values.put(column, text(value));
                          }
                        }
                        return rows.put(key, values);
                      }));
      tables.put(name, rows);
    }
    return tables;
  }

  /** The tables are as they were; what differs is listed value by value. */
  static void mustEqual(
      Map<String, Map<String, Map<String, String>>> actual,
      Map<String, Map<String, Map<String, String>>> expected) {
    assertThat(values(actual)).containsExactlyElementsOf(values(expected));
  }

  private static List<String> values(Map<String, Map<String, Map<String, String>>> tables) {
    List<String> values = new ArrayList<>();
    tables.forEach((table, rows) ->
        rows.forEach((key, columns) ->
            columns.forEach(
                (column, value) -> values.add(table + " " + key + " " + column + ": " + value))));
    return values;
  }

  private static String text(Object value) {
    return value instanceof BigDecimal number
        ? number.stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  private static String keyColumn(String table) {
    return switch (table) {
      case "revenue_by_country" -> "country";
      case "revenue_by_day" -> "sold_on";
      case "product" -> "code";
      case "refusal" -> "reason";
      default -> "number";
    };
  }

  /** Every sum that follows from the files stands in the tables, and nothing else does. */
  static void mustEqual(RetailApplication shop, TotalsFromFiles expected) {
    Map<String, Map<String, Map<String, String>>> actual = all(shop);
    for (String table : NAMES) {
      Map<String, Map<String, BigDecimal>> rows = expected.tables.getOrDefault(table, Map.of());
      assertThat(actual.get(table).keySet())
          .as("keys of " + table)
          .containsExactlyInAnyOrderElementsOf(rows.keySet());
      rows.forEach((key, columns) ->
          actual
              .get(table)
              .get(key)
              .forEach((column, value) -> {
                if (isCompared(column, table)) {
                  assertThat(value)
                      .as(table + " " + key + " " + column)
                      .isEqualTo(text(columns.getOrDefault(column, BigDecimal.ZERO)));
                }
              }));
    }
  }

  private static boolean isCompared(String column, String table) {
    return !DEPEND_ON_ARRIVAL.contains(column)
        && !Set.of("description", "country", "customer", "tier", "decided_for").contains(column)
        && !column.equals(keyColumn(table));
  }
}
