package dev.millrace.core;

/**
 * How a command ended: {@link Accepted} or {@link Rejected}.
 *
 * @param <R> the command's rejection
 */
public sealed interface Outcome<R> permits Accepted, Rejected {}
