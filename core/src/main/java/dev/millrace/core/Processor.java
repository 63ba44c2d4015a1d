package dev.millrace.core;

import dev.millrace.core.processing.DeadLetters;
import java.util.concurrent.CompletableFuture;

/** A processor that runs: to look at, and to operate. Safe for use from many threads. */
public interface Processor {
  /** How it stands. */
  ProcessorStatus status();

  /** How it gets on towards the head of the store. */
  CatchUp catchUp();

  /** The events that it could not handle, and what can be done with them. */
  DeadLetters deadLetters();

  /** Finishes its batch and handles no further events until it is resumed. */
  void pause();

  /** Goes on after a pause, or tries again now after it stopped or while it backs off. */
  void resume();

  /**
   * Fixes how many handlers run at the same time, until the process ends or {@link
   * #adaptConcurrency}; of a processor that is {@link Projection#keyedBy}.
   *
   * @throws IllegalArgumentException when it has one lane, or not so many may run
   */
  void fixConcurrency(int handlers);

  /** Lets the number of handlers be as the processor declares it. */
  void adaptConcurrency();

  /**
   * Begins again from the first event: a projection clears its rows, in the same transaction as its
   * checkpoint; a reaction sends its commands again, with the same ids.
   *
   * @return completes when it has begun; it then catches up
   */
  CompletableFuture<Void> reset();

  /**
   * Takes all events that are in the store now as handled, and goes on with what comes: for a
   * reaction on a store that was restored or salvaged, or one that stopped at an event that it can
   * never handle.
   *
   * @return completes when it goes on; exceptionally with an {@link IllegalArgumentException} for a
   *     projection, whose rows would be wrong
   */
  CompletableFuture<Void> skip();
}
