/**
 * Deadlines and schedules as they are stored and shown: the platform's events of them, when a
 * schedule's occurrences are, and how they stand. They are set by {@link
 * dev.millrace.core.Decision#deadline} and {@link dev.millrace.core.Context.Builder#schedule}.
 */
@NullMarked
package dev.millrace.core.deadline;

import org.jspecify.annotations.NullMarked;
