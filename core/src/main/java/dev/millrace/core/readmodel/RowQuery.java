package dev.millrace.core.readmodel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table, for those who look at a read model from outside.
 *
 * @param table its name
 * @param filters all of which hold
 * @param order the columns to sort by; further ones make it definite
 * @param cursor {@link RowPage#next()} of the page before, of the same query; null: the first page
 * @param limit most rows, 1 to {@value #MAX_ROWS}
 */
public record RowQuery(
    String table, List<Filter> filters, List<Order> order, @Nullable String cursor, int limit) {
  /** Most rows of a page. */
  public static final int MAX_ROWS = 1_000;

  /** Most rows that are passed over: each costs the database as much as one that is read. */
  public static final int MAX_OFFSET = 1_000_000;

  /** Most filters, and most columns to sort by. */
  public static final int MAX_TERMS = 16;

  public RowQuery {
    filters = List.copyOf(filters);
    order = List.copyOf(order);
    if (limit < 1 || limit > MAX_ROWS) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_ROWS + ", not " + limit);
    }
    if (filters.size() > MAX_TERMS || order.size() > MAX_TERMS) {
      throw new IllegalArgumentException(
          "at most " + MAX_TERMS + " filters and " + MAX_TERMS + " columns to sort by");
    }
  }

  /** What a column's value must be, given as text and read as the column's type. */
  public record Filter(String column, Comparison comparison, String value) {}

  /** A column to sort by. */
  public record Order(String column, boolean descending) {}

  /** How a value is compared. */
  public enum Comparison {
    /** The same. */
    EQUAL,
    /** Another one. */
    NOT_EQUAL,
    /** Below. */
    LESS,
    /** Below or the same. */
    AT_MOST,
    /** Above. */
    GREATER,
    /** Above or the same. */
    AT_LEAST,
    /** Text that begins so. */
    STARTS_WITH
  }
}
