package dev.millrace.retail.readmodel;

import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.readmodel.ReadModelException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of sums by key, with labels beside them. The events of a batch are folded in memory and
 * each row is written once, so that a replay writes a fraction of what it reads.
 *
 * <p>Plain SQL, an update and else an insert, that most databases understand.
 */
final class FoldedTable {
  private final String name;
  private final String keyColumn;
  private final String keyType;
  private final List<String> sums;
  private final List<String> labels;
  private final String computed;
  private final String update;
  private final String insert;

  /**
   * Describes a table.
   *
   * @param keyColumn name and SQL type, as in {@code country VARCHAR(60)}
   * @param sums names of exact decimals that start at 0
   * @param labels names of texts, of which the newest that is not empty stays
   */
  FoldedTable(String name, String keyColumn, List<String> sums, List<String> labels) {
    this(name, keyColumn, sums, labels, "");
  }

  private FoldedTable(
      String name, String keyColumn, List<String> sums, List<String> labels, String computed) {
    this.name = name;
    this.keyColumn = keyColumn.substring(0, keyColumn.indexOf(' '));
    this.keyType = keyColumn.substring(keyColumn.indexOf(' ') + 1);
    this.sums = List.copyOf(sums);
    this.labels = List.copyOf(labels);
    this.computed = computed;
    this.update =
        "UPDATE "
            + name
            + " SET "
            + Stream.concat(
                    sums.stream().map(sum -> sum + " = " + sum + " + ?"),
                    labels.stream().map(label -> label + " = COALESCE(?, " + label + ")"))
                .collect(Collectors.joining(", "))
            + " WHERE "
            + this.keyColumn
            + " = ?";
    List<String> columns = new ArrayList<>(sums);
    columns.addAll(labels);
    columns.add(this.keyColumn);
    this.insert =
        "INSERT INTO "
            + name
            + " ("
            + String.join(", ", columns)
            + ") VALUES ("
            + String.join(", ", Collections.nCopies(columns.size(), "?"))
            + ")";
  }

  /** The same with a column that the database computes of others, as {@code gross - refunded}. */
  FoldedTable computing(String column, String expression) {
    return new FoldedTable(
        name,
        keyColumn + " " + keyType,
        sums,
        labels,
        ", " + column + " NUMERIC(60, 18) GENERATED ALWAYS AS (" + expression + ")");
  }

  String name() {
    return name;
  }

  void create(JdbcTransaction transaction) {
    transaction.update(
        "CREATE TABLE IF NOT EXISTS "
            + name
            + " ("
            + keyColumn
            + " "
            + keyType
            + " PRIMARY KEY, "
            + Stream.concat(
                    sums.stream().map(sum -> sum + " NUMERIC(60, 18) NOT NULL"),
                    labels.stream().map(label -> label + " VARCHAR(1000)"))
                .collect(Collectors.joining(", "))
            + computed(transaction)
            + ")");
  }

  /** PostgreSQL wants to hear that what it computes is kept; H2 does not know the word. */
  private String computed(JdbcTransaction transaction) {
    try {
      boolean postgresql =
          transaction
              .connection()
              .getMetaData()
              .getDatabaseProductName()
              .equalsIgnoreCase("PostgreSQL");
      return computed.isEmpty() || !postgresql ? computed : computed + " STORED";
    } catch (SQLException e) {
      throw new ReadModelException("the database does not say what it is: " + e.getMessage(), e);
    }
  }

  void clear(JdbcTransaction transaction) {
    transaction.update("DELETE FROM " + name);
  }

  Fold fold() {
    return new Fold();
  }

  /** What a batch of events changes. */
  final class Fold {
    private final Map<Object, @Nullable Object[]> rows = new LinkedHashMap<>();

    void add(Object key, String sum, BigDecimal amount) {
      @Nullable Object[] row = row(key);
      int column = column(sums, sum);
      row[column] = ((BigDecimal) java.util.Objects.requireNonNull(row[column])).add(amount);
    }

    void add(Object key, String sum, long amount) {
      add(key, sum, BigDecimal.valueOf(amount));
    }

    void label(Object key, String label, @Nullable String text) {
      if (text != null && !text.isEmpty()) {
        row(key)[sums.size() + column(labels, label)] = text;
      }
    }

    void write(JdbcTransaction transaction) {
      rows.forEach((key, row) -> {
        if (transaction.update(update, row) == 0) {
          transaction.update(insert, row);
        }
      });
    }

    private @Nullable Object[] row(Object key) {
      return rows.computeIfAbsent(
          key,
          first -> {
            @Nullable Object[] row = new @Nullable Object[sums.size() + labels.size() + 1];
            for (int i = 0; i < sums.size(); i++) {
              row[i] = BigDecimal.ZERO;
            }
            row[row.length - 1] = first;
            return row;
          });
    }

    private int column(List<String> names, String name) {
      int column = names.indexOf(name);
      if (column < 0) {
        throw new IllegalArgumentException(
            "table " + FoldedTable.this.name + " has no '" + name + "', only " + names);
      }
      return column;
    }
  }
}
