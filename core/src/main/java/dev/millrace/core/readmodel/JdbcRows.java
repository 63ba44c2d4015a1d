package dev.millrace.core.readmodel;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of a table by its own description: columns are looked up there and never taken from
 * the caller, values are bound as the column's type.
 */
final class JdbcRows {
  private final Connection connection;
  private final RowQuery query;
  private final String quote;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<Object> arguments = new ArrayList<>();

  private record Column(String name, int type) {}

  JdbcRows(Connection connection, RowQuery query) throws SQLException {
    this.connection = connection;
    this.query = query;
    this.quote = connection.getMetaData().getIdentifierQuoteString();
    try (PreparedStatement nothing =
            connection.prepareStatement("SELECT * FROM " + query.table() + " WHERE 1 = 0");
        ResultSet none = nothing.executeQuery()) {
      ResultSetMetaData described = none.getMetaData();
      for (int i = 1; i <= described.getColumnCount(); i++) {
        String name = described.getColumnName(i);
        columns.put(name.toLowerCase(Locale.ROOT), new Column(name, described.getColumnType(i)));
      }
    }
  }

  RowPage read() throws SQLException {
    String sql =
        "SELECT * FROM "
            + query.table()
            + where()
            + orderBy()
            + " OFFSET ? ROWS FETCH NEXT ? ROWS ONLY";
    arguments.add(query.offset());
    arguments.add(query.limit() + 1);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.size(); i++) {
        statement.setObject(i + 1, arguments.get(i));
      }
      try (ResultSet found = statement.executeQuery()) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        while (found.next() && rows.size() < query.limit()) {
          rows.add(row(found));
        }
        return new RowPage(List.copyOf(columns.keySet()), rows, !found.isAfterLast());
      }
    }
  }

  private List<@Nullable Object> row(ResultSet found) throws SQLException {
    List<@Nullable Object> row = new ArrayList<>(columns.size());
    for (int i = 1; i <= columns.size(); i++) {
      row.add(found.getObject(i));
    }
    return row;
  }

  private String where() {
    StringBuilder sql = new StringBuilder();
    for (RowQuery.Filter filter : query.filters()) {
      Column column = column(filter.column());
      sql.append(sql.isEmpty() ? " WHERE " : " AND ").append(quoted(column.name()));
      sql.append(operator(filter.comparison()));
      arguments.add(
          filter.comparison() == RowQuery.Comparison.STARTS_WITH
              ? filter.value().replaceAll("([!%_])", "!$1") + "%"
              : value(column, filter));
    }
    return sql.toString();
  }

  private static String operator(RowQuery.Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> " = ?";
      case NOT_EQUAL -> " <> ?";
      case LESS -> " < ?";
      case AT_MOST -> " <= ?";
      case GREATER -> " > ?";
      case AT_LEAST -> " >= ?";
      case STARTS_WITH -> " LIKE ? ESCAPE '!'";
    };
  }

  private String orderBy() throws SQLException {
    Map<String, String> order = new LinkedHashMap<>();
    for (RowQuery.Order by : query.order()) {
      Column column = column(by.column());
      order.putIfAbsent(column.name(), by.descending() ? " DESC" : "");
    }
    for (String key : key()) {
      order.putIfAbsent(key, "");
    }
    List<String> terms = new ArrayList<>();
    order.forEach((name, direction) -> terms.add(quoted(name) + direction));
    return " ORDER BY " + String.join(", ", terms);
  }

  /** The primary key, so that the order is definite; all columns when there is none. */
  private List<String> key() throws SQLException {
    List<String> key = new ArrayList<>();
    DatabaseMetaData described = connection.getMetaData();
    String table =
        described.storesUpperCaseIdentifiers()
            ? query.table().toUpperCase(Locale.ROOT)
            : query.table();
    try (ResultSet found =
        described.getPrimaryKeys(connection.getCatalog(), connection.getSchema(), table)) {
      while (found.next()) {
        key.add(found.getString("COLUMN_NAME"));
      }
    }
    return key.isEmpty() ? columns.values().stream().map(Column::name).toList() : key;
  }

  private Column column(String name) {
    Column column = columns.get(name.toLowerCase(Locale.ROOT));
    if (column == null) {
      throw new IllegalArgumentException(
          "table '" + query.table() + "' has no column '" + name + "'; it has " + columns.keySet());
    }
    return column;
  }

  private String quoted(String name) {
    return quote + name.replace(quote, quote + quote) + quote;
  }

  private static Object value(Column column, RowQuery.Filter filter) {
    String text = filter.value();
    try {
      return switch (column.type()) {
        case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Long.valueOf(text);
        case Types.DECIMAL, Types.NUMERIC, Types.REAL, Types.FLOAT, Types.DOUBLE ->
            new java.math.BigDecimal(text);
        case Types.BOOLEAN, Types.BIT -> Boolean.valueOf(text);
        case Types.DATE -> LocalDate.parse(text);
        case Types.TIMESTAMP -> LocalDateTime.parse(text);
        case Types.TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.parse(text);
        default -> text;
      };
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "column '" + filter.column() + "' cannot be compared with '" + text + "'", e);
    }
  }
}
