package dev.millrace.core.readmodel;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
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
  private static final int MAX_SCALE = 1_000;

  private final Connection connection;
  private final String mark;
  private final RowQuery query;
  private final String quote;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<Object> arguments = new ArrayList<>();

  private record Column(String name, int type, boolean nullable) {}

  /** A column that sorts. */
  private record By(Column column, boolean descending) {}

  JdbcRows(JdbcTransaction transaction, RowQuery query) throws SQLException {
    this.connection = transaction.connection();
    this.mark = transaction.mark();
    this.query = query;
    this.quote = connection.getMetaData().getIdentifierQuoteString();
    try (PreparedStatement nothing =
            connection.prepareStatement(mark + "SELECT * FROM " + query.table() + " WHERE 1 = 0");
        ResultSet none = nothing.executeQuery()) {
      ResultSetMetaData described = none.getMetaData();
      for (int i = 1; i <= described.getColumnCount(); i++) {
        String name = described.getColumnName(i);
        boolean nullable = described.isNullable(i) != ResultSetMetaData.columnNoNulls;
        columns.put(
            name.toLowerCase(Locale.ROOT), new Column(name, described.getColumnType(i), nullable));
      }
    }
  }

  RowPage read() throws SQLException {
    List<String> key = key();
    List<By> order = order(key.isEmpty() ? List.copyOf(columns.keySet()) : key);
    boolean definite = !key.isEmpty() && order.stream().allMatch(by -> isExact(by.column()));
    RowCursor cursor = RowCursor.parse(query.cursor());
    if (cursor instanceof RowCursor.After && !definite) {
      throw new IllegalArgumentException("the cursor is of another table or order");
    }
    List<String> conditions = filters();
    if (cursor instanceof RowCursor.After after) {
      conditions.add(after(order, after.in(text(order), order.size())));
    }
    int skipped = cursor instanceof RowCursor.Skipping skipping ? skipping.rows() : 0;
    String sql =
        mark
            + "SELECT * FROM "
            + query.table()
            + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
            + orderBy(order)
            + " OFFSET ? ROWS FETCH NEXT ? ROWS ONLY";
    arguments.add(skipped);
    arguments.add(query.limit() + 1);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.size(); i++) {
        statement.setObject(i + 1, arguments.get(i));
      }
      try (ResultSet found = statement.executeQuery()) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        boolean more = found.next(); // what a result set says of its end is not so when it is empty
        while (more && rows.size() < query.limit()) {
          rows.add(row(found));
          more = found.next();
        }
        RowCursor next =
            definite && more
                ? new RowCursor.After(text(order), values(order, rows.get(rows.size() - 1)))
                : new RowCursor.Skipping(skipped + rows.size());
        return new RowPage(List.copyOf(columns.keySet()), rows, more ? next.toString() : null);
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

  private List<String> filters() {
    List<String> conditions = new ArrayList<>();
    for (RowQuery.Filter filter : query.filters()) {
      Column column = column(filter.column());
      conditions.add(quoted(column.name()) + operator(filter.comparison()));
      arguments.add(
          filter.comparison() == RowQuery.Comparison.STARTS_WITH
              ? filter.value().replaceAll("([!%_])", "!$1") + "%"
              : value(column, filter.value()));
    }
    return conditions;
  }

  /**
   * Whether a row comes after one with these values: the same in some columns, beyond in the next.
   */
  private String after(List<By> order, List<@Nullable String> values) {
    List<String> ways = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      String value = values.get(i);
      if (value != null) { // after null, which is last, comes nothing
        List<String> terms = new ArrayList<>();
        for (int j = 0; j < i; j++) {
          terms.add(same(order.get(j).column(), values.get(j)));
        }
        terms.add(beyond(order.get(i), value));
        ways.add(String.join(" AND ", terms));
      }
    }
    if (ways.isEmpty()) {
      return "1 = 0";
    }
    return "((" + String.join(") OR (", ways) + "))";
  }

  private String same(Column column, @Nullable String value) {
    if (value == null) {
      return quoted(column.name()) + " IS NULL";
    }
    arguments.add(value(column, value));
    return quoted(column.name()) + " = ?";
  }

  private String beyond(By by, String value) {
    String name = quoted(by.column().name());
    arguments.add(value(by.column(), value));
    String compared = name + (by.descending() ? " < ?" : " > ?");
    return by.column().nullable() ? "(" + compared + " OR " + name + " IS NULL)" : compared;
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

  /** The columns that sort: those of the query, then further ones that make it definite. */
  private List<By> order(List<String> further) {
    Map<String, By> order = new LinkedHashMap<>();
    for (RowQuery.Order by : query.order()) {
      Column column = column(by.column());
      order.putIfAbsent(column.name(), new By(column, by.descending()));
    }
    for (String name : further) {
      Column column = column(name);
      order.putIfAbsent(column.name(), new By(column, false));
    }
    return List.copyOf(order.values());
  }

  /** What is null comes last in both directions, in every database. */
  private String orderBy(List<By> order) {
    List<String> terms = new ArrayList<>();
    for (By by : order) {
      terms.add(
          quoted(by.column().name())
              + (by.descending() ? " DESC" : "")
              + (by.column().nullable() ? " NULLS LAST" : ""));
    }
    return " ORDER BY " + String.join(", ", terms);
  }

  private static String text(List<By> order) {
    List<String> terms = new ArrayList<>();
    order.forEach(by -> terms.add((by.descending() ? "-" : "") + by.column().name()));
    return String.join(" ", terms).toLowerCase(Locale.ROOT);
  }

  /** Whether a value is the same when it is read from its text. */
  private static boolean isExact(Column column) {
    return switch (column.type()) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.DECIMAL,
          Types.NUMERIC,
          Types.BOOLEAN,
          Types.DATE,
          Types.TIMESTAMP,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.CHAR,
          Types.VARCHAR ->
          true;
      default -> false;
    };
  }

  private List<@Nullable String> values(List<By> order, List<@Nullable Object> row) {
    List<String> names = columns.values().stream().map(Column::name).toList();
    List<@Nullable String> values = new ArrayList<>();
    for (By by : order) {
      Object value = row.get(names.indexOf(by.column().name()));
      values.add(
          switch (value) {
            case null -> null;
            case Timestamp time -> time.toLocalDateTime().toString();
            default -> value.toString();
          });
    }
    return values;
  }

  /** The columns of the primary key; empty: there is none. */
  List<String> key() throws SQLException {
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
    return key;
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

  /** A few characters can say a number that takes gigabytes when it is written out. */
  private static BigDecimal decimal(String text) {
    BigDecimal number = new BigDecimal(text);
    if (Math.abs((long) number.scale()) > MAX_SCALE) {
      throw new NumberFormatException("the exponent is beyond " + MAX_SCALE);
    }
    return number;
  }

  private static Object value(Column column, String text) {
    try {
      return switch (column.type()) {
        case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Long.valueOf(text);
        case Types.DECIMAL, Types.NUMERIC, Types.REAL, Types.FLOAT, Types.DOUBLE -> decimal(text);
        case Types.BOOLEAN, Types.BIT -> Boolean.valueOf(text);
        case Types.DATE -> LocalDate.parse(text);
        case Types.TIMESTAMP -> LocalDateTime.parse(text);
        case Types.TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.parse(text);
        default -> text;
      };
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "column '"
              + column.name().toLowerCase(Locale.ROOT)
              + "' cannot be compared with '"
              + text
              + "'",
          e);
    }
  }
}
