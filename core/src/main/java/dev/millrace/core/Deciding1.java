package dev.millrace.core;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * A decider in the making that reads one view.
 *
 * @param <E> the context's events
 * @param <C> the command
 * @param <R> its rejection
 * @param <A> the first state
 */
public final class Deciding1<E, C extends Command<R>, R, A> {
  private final DeciderParts<E, C, R> parts;

  Deciding1(DeciderParts<E, C, R> parts) {
    this.parts = parts;
  }

  /** Reads a view's state for one key. */
  public <K, B> Deciding2<E, C, R, A, B> reading(
      View<K, B> view, Function<? super C, ? extends K> key) {
    return new Deciding2<>(parts.reading(view, key));
  }

  /** Reads a view's state for each of several keys: those of the map, in their order. */
  public <K, B> Deciding2<E, C, R, A, Map<K, B>> readingEach(
      View<K, B> view, Function<? super C, ? extends Collection<? extends K>> keys) {
    return new Deciding2<>(parts.readingEach(view, keys));
  }

  /** Decides from the states and the command; a pure function, which may run more than once. */
  @SuppressWarnings("unchecked") // the states stand in the order in which the views were named
  public Context.Builder<E> decide(Decide<E, C, R, A> decide) {
    return parts.decide((states, command) -> decide.decide((A) states[0], command));
  }

  /** How it decides. */
  @FunctionalInterface
  public interface Decide<E, C, R, A> {
    /** Answers with events or a rejection. */
    Decision<E, R> decide(A first, C command);
  }
}
