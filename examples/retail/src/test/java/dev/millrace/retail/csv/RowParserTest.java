package dev.millrace.retail.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of row is. */
final class RowParserTest {
  private final RowParser parser = new RowParser();

  @Test
  void aSaleRowIsRead() {
    assertThat(
            parser.parse("536365,85123a, HEART  HOLDER ,6,2010-12-01 08:26:00,2.55,17850.0,EIRE"))
        .isEqualTo(
            new Row.Valid(
                "536365",
                "85123A",
                "HEART  HOLDER",
                new BigDecimal("6"),
                new BigDecimal("2.55"),
                LocalDateTime.of(2010, 12, 1, 8, 26),
                "17850",
                "EIRE"));
  }

  @Test
  void aGuestAndACountryThatIsMissingAreRead() {
    assertThat(parser.parse("1,POST,\"A \"\"B\"\", C\",1,2010-12-01 08:26:00,0.001,,"))
        .isInstanceOfSatisfying(
            Row.Valid.class,
            row -> {
              assertThat(row.customer()).isNull();
              assertThat(row.country()).isEqualTo("Unspecified");
              assertThat(row.description()).isEqualTo("A \"B\", C");
              assertThat(row.unitPrice()).isEqualTo("0.001");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "536365, 1, 2.55",
    "536365, 0.5, 0.01",
    "536365, 3, 0",
    "536365, -3, 0",
    "C536365, -1, 2.55",
    "C536365, -1, 0",
  })
  void theShopDecidesTheseRows(String invoice, String quantity, String price) {
    assertThat(parsed(invoice, quantity, price)).isInstanceOf(Row.Valid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "A563185, 1, 11062.06, BAD_DEBT",
    "A563185, 1, -11062.06, BAD_DEBT",
    "536365, 1, -0.01, NEGATIVE_PRICE",
    "C536365, -1, -0.01, NEGATIVE_PRICE",
    "536365, 0, 2.55, ZERO_QUANTITY",
    "C536365, 0, 2.55, ZERO_QUANTITY",
    "536365, -1, 2.55, NEGATIVE_SALE",
    "C536365, 1, 2.55, POSITIVE_CANCELLATION",
    "X536365, 1, 2.55, UNKNOWN_INVOICE_KIND",
    "C, -1, 2.55, UNKNOWN_INVOICE_KIND",
    "12A, 1, 2.55, UNKNOWN_INVOICE_KIND",
    "c536365, -1, 2.55, UNKNOWN_INVOICE_KIND",
  })
  void theseRowsAreRejected(String invoice, String quantity, String price, RejectionReason reason) {
    assertThat(parsed(invoice, quantity, price))
        .isInstanceOfSatisfying(
            Row.Invalid.class, row -> assertThat(row.reason()).isEqualTo(reason));
  }

  private Row parsed(String invoice, String quantity, String price) {
    return parser.parse(
        invoice + ",85123A,THING," + quantity + ",2010-12-01 08:26:00," + price + ",,France");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,2,3",
        "1,2,3,4,5,6,7,8,9",
        "1,A,THING,six,2010-12-01 08:26:00,2.55,,France",
        "1,A,THING,1e9,2010-12-01 08:26:00,2.55,,France",
        "1,A,THING,6,2010-12-01 08:26:00,1e999999999,,France",
        "1,A,THING,6,2010-12-01 08:26:00,NaN,,France",
        "1,A,THING,9999999999999,2010-12-01 08:26:00,2.55,,France",
        "1,A,THING,,2010-12-01 08:26:00,2.55,,France",
        "1,A,THING,6,2010-02-30 08:26:00,2.55,,France",
        "1,A,THING,6,yesterday,2.55,,France",
        "1,,THING,6,2010-12-01 08:26:00,2.55,,France",
        ",A,THING,6,2010-12-01 08:26:00,2.55,,France",
        "1,A,\"THING,6,2010-12-01 08:26:00,2.55,,France",
        "1,A,THING,6,2010-12-01 08:26:00,2.55,,\"France",
        "1,A,\"TH\"ING,6,2010-12-01 08:26:00,2.55,,France",
      })
  void aRowThatCannotBeReadIsMalformed(String line) {
    assertThat(parser.parse(line))
        .isInstanceOfSatisfying(
            Row.Invalid.class,
            row -> {
              assertThat(row.reason()).isEqualTo(RejectionReason.MALFORMED_ROW);
              assertThat(row.detail()).isNotBlank();
            });
  }

  @Test
  void aFieldThatIsTooLongIsMalformed() {
    assertThat(parser.parse("1," + "A".repeat(61) + ",THING,6,2010-12-01 08:26:00,2.55,,France"))
        .isEqualTo(
            new Row.Invalid(
                RejectionReason.MALFORMED_ROW, "StockCode has 61 characters; at most 60"));
  }

  @Test
  void aCodeThatGrowsTooLongInUpperCaseIsMalformed() {
    String code = "\u0390".repeat(60); // three characters each in upper case
    assertThat(parser.parse("1," + code + ",THING,6,2010-12-01 08:26:00,2.55,,France"))
        .isEqualTo(
            new Row.Invalid(
                RejectionReason.MALFORMED_ROW,
                "StockCode has 180 characters in upper case; at most 60"));
  }
}
