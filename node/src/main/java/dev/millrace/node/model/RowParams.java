package dev.millrace.node.model;

import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The query of a request: {@code ?where=gross>=100&where=country=Eire&sort=-gross&limit=20}. The
 * cursor is that of the read model: a page begins after the last row of the one before, so that
 * what is inserted moves nothing; a row whose own place changes may be met twice or missed. Rows of
 * a table without a key are counted instead.
 */
final class RowParams {
  private static final int LIMIT = 100;

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
    return new RowQuery(table, filters, order, params.one("cursor").orElse(null), limit);
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
}
