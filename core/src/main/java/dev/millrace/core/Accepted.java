package dev.millrace.core;

/**
 * The command was accepted, and its events are durable.
 *
 * @param receipt where they are
 */
public record Accepted<R>(Receipt receipt) implements Outcome<R> {}
