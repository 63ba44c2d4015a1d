/**
 * The embedded event store: one process, one folder, durable and crash-proof.
 *
 * <p>{@code EventStore.open("log:folder")} is all that most users need. {@link
 * dev.millrace.log.LogEventStore} opens a store on any disk, as the simulator does, and reports
 * what was found when it was opened; {@link dev.millrace.log.LogFolder} checks, counts, salvages,
 * backs up and restores the files of stores. How it works stands in {@code
 * dev.millrace.log.internal}; its files are drawn byte by byte in {@code docs/format/log.md}.
 */
@NullMarked
package dev.millrace.log;

import org.jspecify.annotations.NullMarked;
