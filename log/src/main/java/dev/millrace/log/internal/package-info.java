/**
 * The engine of the embedded store.
 *
 * <p>{@link dev.millrace.log.internal.Writer} is the only one that changes files: a state machine
 * that forms groups of appends, makes each durable with one sync, and then publishes it. {@link
 * dev.millrace.log.internal.Recovery} reads a folder and decides what is whole, torn or damaged.
 * {@link dev.millrace.log.internal.EventScan} answers reads and conditions from a segment and its
 * {@link dev.millrace.log.internal.RunIndex}. Nothing here touches the operating system but through
 * {@code dev.millrace.core.seam}.
 */
@NullMarked
package dev.millrace.log.internal;

import org.jspecify.annotations.NullMarked;
