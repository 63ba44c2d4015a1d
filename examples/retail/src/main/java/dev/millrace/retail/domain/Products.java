package dev.millrace.retail.domain;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What stock codes say. */
public final class Products {
  /**
   * Codes of what is charged but not stocked: postage, carriage, manual entries, samples,
   * discounts, fees. The data's own; they have no stock, and whoever writes the invoice makes their
   * price.
   */
  private static final Set<String> CHARGES =
      Set.of("POST", "DOT", "C2", "M", "S", "D", "B", "BANK CHARGES", "AMAZONFEE", "CRUK");

  private Products() {}

  /**
   * The one way to write a stock code. The shop's invoices write some in lower case now and then:
   * 85123a is 85123A, with the same description.
   */
  public static String code(String written) {
    return written.strip().toUpperCase(Locale.ROOT);
  }

  /** The codes of what is charged but not stocked, ascending. */
  public static List<String> charges() {
    return CHARGES.stream().sorted().toList();
  }

  /** Whether it is charged, not stocked. */
  public static boolean isCharge(String product) {
    return CHARGES.contains(product);
  }
}
