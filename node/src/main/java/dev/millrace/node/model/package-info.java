/** Read models out: rows of the tables that projections show. */
@NullMarked
package dev.millrace.node.model;

import org.jspecify.annotations.NullMarked;
