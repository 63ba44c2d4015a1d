/**
 * The shop's five read models: tables that projections keep in a database, each with a checkpoint
 * of its own.
 */
@NullMarked
package dev.millrace.retail.readmodel;

import org.jspecify.annotations.NullMarked;
