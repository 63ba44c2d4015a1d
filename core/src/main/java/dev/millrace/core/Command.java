package dev.millrace.core;

/**
 * A wish that something happen; a record whose decider answers with events, or with a rejection.
 *
 * @param <R> the type of its rejections; {@link NoRejection} when it is always accepted
 */
public interface Command<R> {}
