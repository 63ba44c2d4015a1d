/**
 * A shop on real data: a complete application, from files of invoices to durable events to totals.
 *
 * <p>{@link dev.millrace.retail.RetailApplication} opens it on a folder. {@link
 * dev.millrace.retail.RetailImport} reads files and sends one command for each invoice, {@link
 * dev.millrace.retail.RetailReport} says what the read models know, {@link
 * dev.millrace.retail.DemoTraffic} makes traffic of the same shape. The domain is in {@link
 * dev.millrace.retail.domain}, which is the place to begin reading; what each row of a file becomes
 * stands in the example's README.
 */
@NullMarked
package dev.millrace.retail;

import org.jspecify.annotations.NullMarked;
