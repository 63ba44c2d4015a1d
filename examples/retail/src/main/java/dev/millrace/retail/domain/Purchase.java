package dev.millrace.retail.domain;

/**
 * What a customer buys of one product, over all orders: the boundary of a cancellation.
 *
 * @param customer who buys
 * @param product stock code
 */
record Purchase(String customer, String product) {
  /** As a tag's value; the slash is escaped in the first part, so that no two are written alike. */
  String tag() {
    return customer.replace("%", "%25").replace("/", "%2F") + "/" + product;
  }
}
