/**
 * The events of a store as lines of CloudEvents 1.0 in JSON, and back: for other programs, and from
 * one store to another.
 */
@NullMarked
package dev.millrace.cli.exchange;

import org.jspecify.annotations.NullMarked;
