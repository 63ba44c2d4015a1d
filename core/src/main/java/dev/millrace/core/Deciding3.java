package dev.millrace.core;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * A decider in the making that reads three views.
 *
 * @param <E> the context's events
 * @param <C> the command
 * @param <R> its rejection
 * @param <A> the first state
 * @param <B> the second state
 * @param <D> the third state
 */
public final class Deciding3<E, C extends Command<R>, R, A, B, D> {
  private final DeciderParts<E, C, R> parts;

  Deciding3(DeciderParts<E, C, R> parts) {
    this.parts = parts;
  }

  /** Reads a view's state for one key. */
  public <K, F> Deciding4<E, C, R, A, B, D, F> reading(
      View<K, F> view, Function<? super C, ? extends K> key) {
    return new Deciding4<>(parts.reading(view, key));
  }

  /** Reads a view's state for each of several keys: those of the map, in their order. */
  public <K, F> Deciding4<E, C, R, A, B, D, Map<K, F>> readingEach(
      View<K, F> view, Function<? super C, ? extends Collection<? extends K>> keys) {
    return new Deciding4<>(parts.readingEach(view, keys));
  }

  /** Decides from the states and the command; a pure function, which may run more than once. */
  @SuppressWarnings("unchecked") // the states stand in the order in which the views were named
  public Context.Builder<E> decide(Decide<E, C, R, A, B, D> decide) {
    return parts.decide(
        (states, command) -> decide.decide((A) states[0], (B) states[1], (D) states[2], command));
  }

  /** How it decides. */
  @FunctionalInterface
  public interface Decide<E, C, R, A, B, D> {
    /** Answers with events or a rejection. */
    Decision<E, R> decide(A first, B second, D third, C command);
  }
}
