package dev.millrace.retail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What the read models must say, computed straight from the files by code that shares nothing with
 * the application: rows in a list, loops, maps. The rules are those of the example's README.
 */
final class TotalsFromFiles {
  /** Table, key, column. */
  final Map<String, Map<String, Map<String, BigDecimal>>> tables = new TreeMap<>();

  final Map<String, Long> rejected = new TreeMap<>();
  long rows;

  private static final Set<String> CHARGES =
      Set.of("POST", "DOT", "C2", "M", "S", "D", "B", "BANK CHARGES", "AMAZONFEE", "CRUK");

  private record Row(
      String invoice,
      String product,
      BigDecimal quantity,
      String time,
      BigDecimal price,
      String customer,
      String country) {
    BigDecimal value() {
      return quantity.multiply(price);
    }
  }

  private static final class Piece {
    final Row row;
    BigDecimal left;

    Piece(Row row) {
      this.row = row;
      this.left = row.quantity();
    }
  }

  static TotalsFromFiles of(List<Path> files) throws IOException {
    TotalsFromFiles totals = new TotalsFromFiles();
    List<Row> all = new ArrayList<>();
    for (Path file : files) {
      read(file, all);
    }
    totals.rows = all.size();
    totals.add(all);
    return totals;
  }

  /** A row that sells. */
  interface Sale {
    void row(String invoice, BigDecimal quantity, BigDecimal price);
  }

  /** Every row that sells, in the order of the files. */
  static void eachSale(List<Path> files, Sale sale) throws IOException {
    List<Row> all = new ArrayList<>();
    for (Path file : files) {
      read(file, all);
    }
    for (Row row : all) {
      boolean sells = Character.isDigit(row.invoice().charAt(0)) && row.price().signum() > 0;
      if (sells && row.quantity().signum() > 0) {
        sale.row(row.invoice(), row.quantity(), row.price());
      }
    }
  }

  private static void read(Path file, List<Row> rows) throws IOException {
    InputStream raw = Files.newInputStream(file);
    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      reader.readLine();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] field = split(line);
        String customer = field[6].isEmpty() ? "" : field[6].substring(0, field[6].indexOf('.'));
        rows.add(
            new Row(
                field[0],
                field[1].toUpperCase(Locale.ROOT),
                new BigDecimal(field[3]),
                field[4],
                new BigDecimal(field[5]),
                customer,
                field[7]));
      }
    }
  }

  /** Splits at commas outside of quotes. */
  private static String[] split(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    assert fields.size() == 8 : line;
    return fields.toArray(String[]::new);
  }

  private void add(List<Row> all) {
    List<Row> cancellations = new ArrayList<>();
    Map<String, List<Piece>> bought = new HashMap<>();
    Map<String, Row> orders = new HashMap<>();
    for (Row row : all) {
      if (row.invoice().startsWith("A")) {
        rejected.merge("bad-debt", 1L, Long::sum);
      } else if (row.invoice().startsWith("C")) {
        cancellations.add(row);
      } else if (row.price().signum() == 0) {
        boolean gift = row.quantity().signum() > 0 && !row.customer().isEmpty();
        put("product", row.product(), gift ? "given" : "adjusted", row.quantity());
      } else {
        sold(row, orders);
        if (!row.customer().isEmpty()) {
          bought
              .computeIfAbsent(row.customer() + "/" + row.product(), first -> new ArrayList<>())
              .add(new Piece(row));
        }
      }
    }
    Map<String, String> decidedAt = new HashMap<>();
    cancellations.forEach(row -> decidedAt.putIfAbsent(row.invoice(), row.time()));
    cancellations.sort(
        Comparator.comparing((Row row) -> decidedAt.get(row.invoice()))
            .thenComparing(Row::invoice));
    bought.values().forEach(pieces -> pieces.sort(Comparator.comparing(piece -> piece.row.time())));
    cancellations.forEach(row -> cancel(row, bought));
  }

  private void sold(Row row, Map<String, Row> orders) {
    BigDecimal one = orders.put(row.invoice(), row) == null ? BigDecimal.ONE : BigDecimal.ZERO;
    String day = row.time().substring(0, 10);
    put("revenue_by_country", row.country(), "orders", one);
    put("revenue_by_country", row.country(), "gross", row.value());
    put("revenue_by_country", row.country(), "net", row.value());
    put("revenue_by_day", day, "orders", one);
    put("revenue_by_day", day, "gross", row.value());
    put("revenue_by_day", day, "net", row.value());
    put("product", row.product(), "sold", row.quantity());
    put("product", row.product(), "revenue", row.value());
    if (!row.customer().isEmpty()) {
      put("customer", row.customer(), "orders", one);
      put("customer", row.customer(), "gross", row.value());
    }
  }

  private void cancel(Row row, Map<String, List<Piece>> bought) {
    BigDecimal quantity = row.quantity().negate();
    BigDecimal refund = quantity.multiply(row.price());
    List<Piece> pieces = bought.getOrDefault(row.customer() + "/" + row.product(), List.of());
    List<Piece> before =
        pieces.stream().filter(piece -> piece.row.time().compareTo(row.time()) <= 0).toList();
    BigDecimal left =
        before.stream().map(piece -> piece.left).reduce(BigDecimal.ZERO, BigDecimal::add);
    boolean charge = CHARGES.contains(row.product());
    BigDecimal paid = BigDecimal.ZERO;
    BigDecimal[] takes = new BigDecimal[before.size()];
    Arrays.fill(takes, BigDecimal.ZERO);
    BigDecimal missing = quantity;
    for (int i = before.size() - 1; i >= 0; i--) {
      takes[i] = before.get(i).left.min(missing);
      missing = missing.subtract(takes[i]);
      paid = paid.add(takes[i].multiply(before.get(i).row.price()));
    }
    String reason =
        row.customer().isEmpty()
            ? "guest-cancellation"
            : before.isEmpty()
                ? charge ? "charge-without-purchase" : "never-bought"
                : left.compareTo(quantity) < 0
                    ? "more-than-bought"
                    : charge && refund.compareTo(paid) > 0 ? "more-than-paid" : "";
    put("cancellation", row.invoice(), reason.isEmpty() ? "accepted" : "refused", BigDecimal.ONE);
    if (!reason.isEmpty()) {
      rejected.merge(reason, 1L, Long::sum);
      put("refusal", reason, "lines", BigDecimal.ONE);
      put("refusal", reason, "amount", refund);
      return;
    }
    for (int i = 0; i < takes.length; i++) {
      before.get(i).left = before.get(i).left.subtract(takes[i]);
    }
    put("cancellation", row.invoice(), "refund", refund);
    put("revenue_by_country", row.country(), "refunded", refund);
    put("revenue_by_country", row.country(), "net", refund.negate());
    put("revenue_by_day", row.time().substring(0, 10), "refunded", refund);
    put("revenue_by_day", row.time().substring(0, 10), "net", refund.negate());
    put("customer", row.customer(), "refunded", refund);
    put("product", row.product(), "cancelled", quantity);
    put("product", row.product(), "refunded", refund);
  }

  private void put(String table, String key, String column, BigDecimal amount) {
    tables
        .computeIfAbsent(table, first -> new TreeMap<>())
        .computeIfAbsent(key, first -> new TreeMap<>())
        .merge(column, amount, BigDecimal::add);
  }
}
