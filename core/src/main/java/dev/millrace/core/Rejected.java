package dev.millrace.core;

/**
 * The command was rejected; nothing was stored.
 *
 * @param reason the decider's answer
 * @param at the head at which it was decided, as a receipt without events
 */
public record Rejected<R>(R reason, Receipt at) implements Outcome<R> {}
