package dev.millrace.retail.domain;

/** What a line of an invoice is; it follows from the line alone, not from those around it. */
public enum LineKind {
  /** Goods or a service for money. */
  SALE,
  /** Goods that a known customer got for nothing. */
  GIFT,
  /** A correction of stock: damaged, found, counted again. It carries no money. */
  ADJUSTMENT
}
