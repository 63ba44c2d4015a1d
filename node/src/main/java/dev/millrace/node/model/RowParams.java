package dev.millrace.node.model;

import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The query of a request: {@code ?where=gross>=100&where=country=Eire&sort=-gross&limit=20}. Pages
 * go by offset: rows move as events come in, so a row may be met twice or missed between pages.
 */
final class RowParams {
  private static final int LIMIT = 100;
  private static final String CURSOR = "row:";

  /** The longer ones first, as {@code >=} begins like {@code >}. */
  private static final List<Map.Entry<String, RowQuery.Comparison>> COMPARISONS =
      List.of(
          Map.entry(">=", RowQuery.Comparison.AT_LEAST),
          Map.entry("<=", RowQuery.Comparison.AT_MOST),
          Map.entry("!=", RowQuery.Comparison.NOT_EQUAL),
          Map.entry("^=", RowQuery.Comparison.STARTS_WITH),
          Map.entry("=", RowQuery.Comparison.EQUAL),
          Map.entry(">", RowQuery.Comparison.GREATER),
          Map.entry("<", RowQuery.Comparison.LESS));

  private final Params params;
  private final String table;

  RowParams(Params params, String table) {
    this.params = params.only("where", "sort", "limit", "cursor");
    this.table = table;
  }

  RowQuery query() {
    List<RowQuery.Filter> filters = new ArrayList<>();
    params.all("where").forEach(term -> filters.add(filter(term)));
    List<RowQuery.Order> order = new ArrayList<>();
    for (String column : params.all("sort")) {
      boolean descending = column.startsWith("-");
      order.add(new RowQuery.Order(descending ? column.substring(1) : column, descending));
    }
    int limit = (int) params.number("limit", 1, RowQuery.MAX_ROWS, LIMIT);
    int offset = params.one("cursor").map(RowParams::offset).orElse(0);
    return new RowQuery(table, filters, order, offset, limit);
  }

  private static RowQuery.Filter filter(String term) {
    int end = 0;
    while (end < term.length() && "<>=!^".indexOf(term.charAt(end)) < 0) {
      end++;
    }
    String rest = term.substring(end);
    for (Map.Entry<String, RowQuery.Comparison> comparison : COMPARISONS) {
      if (end > 0 && rest.startsWith(comparison.getKey())) {
        return new RowQuery.Filter(
            term.substring(0, end),
            comparison.getValue(),
            rest.substring(comparison.getKey().length()));
      }
    }
    throw Problem.badRequest(
            "a filter is written column=value, with one of = != < <= > >= ^= (begins with), not '"
                + term
                + "'")
        .exception();
  }

  private static int offset(String cursor) {
    try {
      if (cursor.startsWith(CURSOR)) {
        return Integer.parseInt(cursor.substring(CURSOR.length()));
      }
    } catch (NumberFormatException e) {
      throw Problem.badRequest("'" + cursor + "' is not a cursor of rows").exception();
    }
    throw Problem.badRequest("'" + cursor + "' is not a cursor of rows").exception();
  }

  /** Where the page after a query's begins. */
  static String cursor(RowQuery query) {
    return CURSOR + (query.offset() + query.limit());
  }
}
