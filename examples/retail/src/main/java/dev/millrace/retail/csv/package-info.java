/**
 * The shop's invoices as CSV files: reads them within bounds, says of each row what it is or why it
 * is none, and puts the rows of an invoice together.
 */
@NullMarked
package dev.millrace.retail.csv;

import org.jspecify.annotations.NullMarked;
