package dev.millrace.retail;

import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.retail.domain.Products;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the read models know. Money is in pounds, as decimal text without loss; countries are
 * ascending.
 *
 * @param gross quantity × price over all sales
 * @param refunded over all valid cancellations
 * @param net what is left
 * @param orders invoices with sales
 * @param cancellations cancelling invoices, those that were refused too
 * @param cancelledLines lines of them that were taken back
 * @param refusedLines lines that were not
 * @param customers that have bought under a name
 * @param products that are known
 * @param refusals lines refused, by reason
 * @param topProducts by revenue
 * @param topCustomers by what they spent
 * @param bestDays by gross revenue
 * @param lowStock the products with the least on hand
 */
public record RetailReport(
    Map<String, String> grossByCountry,
    Map<String, String> netByCountry,
    String gross,
    String refunded,
    String net,
    long orders,
    long cancellations,
    long cancelledLines,
    long refusedLines,
    long customers,
    long products,
    Map<String, Long> refusals,
    List<ProductRow> topProducts,
    List<CustomerRow> topCustomers,
    List<DayRow> bestDays,
    List<ProductRow> lowStock) {

  private static final int TOP = 10;
  private static final String ON_HAND = "adjusted + cancelled + restocked - sold - given";

  private static final String STOCKED_ONLY =
      Products.charges().stream()
          .map(code -> "'" + code + "'")
          .collect(Collectors.joining(", ", "WHERE code NOT IN (", ")"));

  /**
   * A product.
   *
   * @param onHand null: it is charged, not stocked
   */
  public record ProductRow(
      String code,
      @Nullable String description,
      String sold,
      String revenue,
      String cancelled,
      String restocked,
      @Nullable String onHand) {}

  /** A customer. */
  public record CustomerRow(
      String number,
      @Nullable String country,
      long orders,
      String gross,
      String net,
      @Nullable String tier) {}

  /** A day. */
  public record DayRow(String day, long orders, String gross, String net) {}

  /** Reads the tables, in one transaction. */
  public static RetailReport load(JdbcReadModel readModel) {
    return readModel.read(RetailReport::load);
  }

  private static RetailReport load(JdbcTransaction tables) {
    Totals totals = tables.query(Totals.SQL, Totals::read).get(0);
    return new RetailReport(
        byName(tables, "SELECT country, gross FROM revenue_by_country", RetailReport::money),
        byName(
            tables,
            "SELECT country, gross - refunded FROM revenue_by_country",
            RetailReport::money),
        totals.gross(),
        totals.refunded(),
        totals.net(),
        totals.orders(),
        number(tables, "SELECT COUNT(*) FROM cancellation"),
        number(tables, "SELECT COALESCE(SUM(accepted), 0) FROM cancellation"),
        number(tables, "SELECT COALESCE(SUM(refused), 0) FROM cancellation"),
        number(tables, "SELECT COUNT(*) FROM customer WHERE orders > 0"),
        number(tables, "SELECT COUNT(*) FROM product"),
        byName(tables, "SELECT reason, lines FROM refusal", ResultSet::getLong),
        products(tables, "", "revenue DESC, code"),
        customers(tables),
        days(tables),
        products(tables, STOCKED_ONLY, ON_HAND + ", code"));
  }

  /** A value of a column. */
  private interface Column<V> {
    V read(ResultSet row, int column) throws SQLException;
  }

  private static <V> Map<String, V> byName(JdbcTransaction tables, String sql, Column<V> value) {
    Map<String, V> values = new LinkedHashMap<>();
    tables
        .query(sql + " ORDER BY 1", row -> Map.entry(row.getString(1), value.read(row, 2)))
        .forEach(row -> values.put(row.getKey(), row.getValue()));
    return Collections.unmodifiableMap(values);
  }

  private record Totals(long orders, String gross, String refunded, String net) {
    static final String SQL =
        "SELECT COALESCE(SUM(orders), 0), COALESCE(SUM(gross), 0), COALESCE(SUM(refunded), 0),"
            + " COALESCE(SUM(gross - refunded), 0) FROM revenue_by_country";

    static Totals read(ResultSet row) throws SQLException {
      return new Totals(row.getLong(1), money(row, 2), money(row, 3), money(row, 4));
    }
  }

  private static long number(JdbcTransaction tables, String sql) {
    return tables.query(sql, row -> row.getLong(1)).get(0);
  }

  private static List<ProductRow> products(JdbcTransaction tables, String where, String order) {
    return tables.query(
        "SELECT code, description, sold, revenue, cancelled, restocked, "
            + ON_HAND
            + " FROM product "
            + where
            + " ORDER BY "
            + order
            + " FETCH FIRST "
            + TOP
            + " ROWS ONLY",
        row ->
            new ProductRow(
                row.getString(1),
                row.getString(2),
                amount(row, 3),
                money(row, 4),
                amount(row, 5),
                amount(row, 6),
                Products.isCharge(row.getString(1)) ? null : amount(row, 7)));
  }

  private static List<CustomerRow> customers(JdbcTransaction tables) {
    return tables.query(
        "SELECT number, country, orders, gross, gross - refunded, tier FROM customer"
            + " ORDER BY gross DESC, number FETCH FIRST "
            + TOP
            + " ROWS ONLY",
        row ->
            new CustomerRow(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                money(row, 4),
                money(row, 5),
                row.getString(6)));
  }

  private static List<DayRow> days(JdbcTransaction tables) {
    return tables.query(
        "SELECT sold_on, orders, gross, gross - refunded FROM revenue_by_day"
            + " ORDER BY gross DESC, sold_on FETCH FIRST "
            + TOP
            + " ROWS ONLY",
        row -> new DayRow(row.getString(1), row.getLong(2), money(row, 3), money(row, 4)));
  }

  private static String amount(ResultSet row, int column) throws SQLException {
    return written(row.getBigDecimal(column), 0);
  }

  private static String money(ResultSet row, int column) throws SQLException {
    return written(row.getBigDecimal(column), 2);
  }

  /** Without the database's trailing zeros, but with pence. */
  private static String written(BigDecimal number, int leastDecimals) {
    BigDecimal stripped = number.stripTrailingZeros();
    return (stripped.scale() < leastDecimals ? stripped.setScale(leastDecimals) : stripped)
        .toPlainString();
  }
}
