/**
 * Histories: what concurrent clients asked of a store and were answered, and a checker that finds
 * in it what no store may do: lose, duplicate, reorder, show too early or too late, break a
 * condition.
 *
 * <pre>{@code
 * History history = new History();
 * EventStore client = history.recording("client 1", store); // one for each client
 * ...
 * assertThat(history.check(everything(store))).isEmpty();
 * }</pre>
 */
@NullMarked
package dev.millrace.testkit.history;

import org.jspecify.annotations.NullMarked;
