package dev.millrace.core;

/**
 * A decider in the making that reads four views.
 *
 * @param <E> the context's events
 * @param <C> the command
 * @param <R> its rejection
 * @param <A> the first state
 * @param <B> the second state
 * @param <D> the third state
 * @param <F> the fourth state
 */
public final class Deciding4<E, C extends Command<R>, R, A, B, D, F> {
  private final DeciderParts<E, C, R> parts;

  Deciding4(DeciderParts<E, C, R> parts) {
    this.parts = parts;
  }

  /** Decides from the states and the command; a pure function, which may run more than once. */
  @SuppressWarnings("unchecked") // the states stand in the order in which the views were named
  public Context.Builder<E> decide(Decide<E, C, R, A, B, D, F> decide) {
    return parts.decide((states, command) ->
        decide.decide((A) states[0], (B) states[1], (D) states[2], (F) states[3], command));
  }

  /** How it decides. */
  @FunctionalInterface
  public interface Decide<E, C, R, A, B, D, F> {
    /** Answers with events or a rejection. */
    Decision<E, R> decide(A first, B second, D third, F fourth, C command);
  }
}
