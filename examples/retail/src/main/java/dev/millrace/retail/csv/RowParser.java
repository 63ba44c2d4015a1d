package dev.millrace.retail.csv;

import static dev.millrace.retail.csv.RejectionReason.BAD_DEBT;
import static dev.millrace.retail.csv.RejectionReason.MALFORMED_ROW;
import static dev.millrace.retail.csv.RejectionReason.NEGATIVE_PRICE;
import static dev.millrace.retail.csv.RejectionReason.NEGATIVE_SALE;
import static dev.millrace.retail.csv.RejectionReason.POSITIVE_CANCELLATION;
import static dev.millrace.retail.csv.RejectionReason.UNKNOWN_INVOICE_KIND;
import static dev.millrace.retail.csv.RejectionReason.ZERO_QUANTITY;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.millrace.retail.domain.Products;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes rows of lines. Not safe for use from several threads. */
final class RowParser {
  /** The columns, in their order. */
  static final List<String> COLUMNS =
      List.of(
          "InvoiceNo",
          "StockCode",
          "Description",
          "Quantity",
          "InvoiceDate",
          "UnitPrice",
          "CustomerID",
          "Country");

  /** Longest invoice number, stock code, customer number or country, in characters. */
  static final int MAX_NAME_LENGTH = 60;

  /** Longest description, in characters. */
  static final int MAX_DESCRIPTION_LENGTH = 1_000;

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,9})?");
  private static final Pattern SALE = Pattern.compile("[0-9]+");
  private static final Pattern CANCELLATION = Pattern.compile("C[0-9]+");
  private static final Pattern DEBT = Pattern.compile("A[0-9]+");
  private static final Pattern FLOAT_NUMBER = Pattern.compile("[0-9]+\\.0");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

  private final CsvReader.CsvReaderBuilder csv = CsvReader.builder().allowUnclosedQuote(false);

  // The times of rows that follow each other are mostly the same.
  private String lastTimeText = "";
  private LocalDateTime lastTime = LocalDateTime.MIN;

  /** The fields of a line. */
  List<String> fields(String line) {
    CsvRecord parsed = csv.ofSingleCsvRecord(line);
    return parsed.getFields();
  }

  /** What a line says. */
  Row parse(String line) {
    List<String> fields;
    try {
      fields = fields(line);
    } catch (CsvParseException e) {
      return malformed("broken quotes: " + e.getMessage());
    }
    if (fields.size() != COLUMNS.size()) {
      return malformed(fields.size() + " columns instead of " + COLUMNS.size());
    }
    String tooLong = tooLong(fields);
    if (tooLong != null) {
      return malformed(tooLong);
    }
    String invoice = fields.get(0).strip();
    String product = Products.code(fields.get(1));
    if (invoice.isEmpty() || product.isEmpty()) {
      return malformed((invoice.isEmpty() ? COLUMNS.get(0) : COLUMNS.get(1)) + " is missing");
    }
    if (product.length() > MAX_NAME_LENGTH) {
      return malformed(
          "StockCode has "
              + product.length()
              + " characters in upper case; at most "
              + MAX_NAME_LENGTH);
    }
    BigDecimal quantity = number(fields.get(3));
    if (quantity == null) {
      return malformed("Quantity is not a number: '" + fields.get(3) + "'");
    }
    BigDecimal price = number(fields.get(5));
    if (price == null) {
      return malformed("UnitPrice is not a number: '" + fields.get(5) + "'");
    }
    LocalDateTime at = time(fields.get(4).strip());
    if (at == null) {
      return malformed("InvoiceDate is not a time as 2010-12-01 08:26:00: '" + fields.get(4) + "'");
    }
    Row.Invalid against = against(invoice, quantity, price);
    return against != null
        ? against
        : new Row.Valid(
            invoice,
            product,
            fields.get(2).strip(),
            quantity,
            price,
            at,
            customer(fields.get(6).strip()),
            country(fields.get(7).strip()));
  }

  private static @Nullable String tooLong(List<String> fields) {
    for (int column = 0; column < fields.size(); column++) {
      int length = fields.get(column).length();
      int most = column == 2 ? MAX_DESCRIPTION_LENGTH : MAX_NAME_LENGTH;
      if (length > most) {
        return COLUMNS.get(column) + " has " + length + " characters; at most " + most;
      }
    }
    return null;
  }

  /** The rules on what a row may be; see the table in the example's README. */
  private static Row.@Nullable Invalid against(
      String invoice, BigDecimal quantity, BigDecimal price) {
    if (DEBT.matcher(invoice).matches()) {
      return new Row.Invalid(BAD_DEBT, "a write-off of " + price.toPlainString());
    }
    boolean cancellation = CANCELLATION.matcher(invoice).matches();
    if (!cancellation && !SALE.matcher(invoice).matches()) {
      return new Row.Invalid(UNKNOWN_INVOICE_KIND, "invoice '" + invoice + "'");
    }
    if (price.signum() < 0) {
      return new Row.Invalid(NEGATIVE_PRICE, "a price of " + price.toPlainString());
    }
    if (quantity.signum() == 0) {
      return new Row.Invalid(ZERO_QUANTITY, "a quantity of 0");
    }
    if (cancellation && quantity.signum() > 0) {
      return new Row.Invalid(POSITIVE_CANCELLATION, "a quantity of " + quantity.toPlainString());
    }
    if (!cancellation && quantity.signum() < 0 && price.signum() > 0) {
      return new Row.Invalid(NEGATIVE_SALE, "a quantity of " + quantity.toPlainString());
    }
    return null;
  }

  /**
   * Plain decimals within bounds only: an exponent could make a short text a number of gigabytes.
   */
  private static @Nullable BigDecimal number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches() ? new BigDecimal(stripped) : null;
  }

  private @Nullable LocalDateTime time(String text) {
    if (!text.equals(lastTimeText)) {
      try {
        lastTime = LocalDateTime.parse(text, TIME);
        lastTimeText = text;
      } catch (DateTimeParseException e) {
        return null;
      }
    }
    return lastTime;
  }

  /** The data writes customer 17850 as 17850.0. */
  private static @Nullable String customer(String text) {
    if (text.isEmpty()) {
      return null;
    }
    return FLOAT_NUMBER.matcher(text).matches() ? text.substring(0, text.length() - 2) : text;
  }

  private static String country(String text) {
    return text.isEmpty() ? "Unspecified" : text;
  }

  private static Row.Invalid malformed(String detail) {
    return new Row.Invalid(MALFORMED_ROW, detail);
  }
}
