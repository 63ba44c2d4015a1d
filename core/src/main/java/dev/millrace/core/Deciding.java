package dev.millrace.core;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * A command's decider in the making: which views it reads, then how it decides.
 *
 * @param <E> the context's events
 * @param <C> the command
 * @param <R> its rejection
 */
public final class Deciding<E, C extends Command<R>, R> {
  private final DeciderParts<E, C, R> parts;

  Deciding(DeciderParts<E, C, R> parts) {
    this.parts = parts;
  }

  /** Does not keep the command's payload in the store, only its id, type and digest. */
  public Deciding<E, C, R> withoutPayload() {
    return new Deciding<>(parts.withoutPayload());
  }

  /**
   * Says whom the {@link dev.millrace.core.personal.Personal} components of the command are about:
   * where the command is kept in the store, they are sealed with this one's key.
   */
  public <V> Deciding<E, C, R> personal(Tag<V> tag, Function<? super C, ? extends V> value) {
    return new Deciding<>(parts.personal(tag, value));
  }

  /** Reads a view's state for one key. */
  public <K, A> Deciding1<E, C, R, A> reading(
      View<K, A> view, Function<? super C, ? extends K> key) {
    return new Deciding1<>(parts.reading(view, key));
  }

  /** Reads a view's state for each of several keys: those of the map, in their order. */
  public <K, A> Deciding1<E, C, R, Map<K, A>> readingEach(
      View<K, A> view, Function<? super C, ? extends Collection<? extends K>> keys) {
    return new Deciding1<>(parts.readingEach(view, keys));
  }

  /** Decides from the command alone: nothing can conflict with it. */
  public Context.Builder<E> decide(Function<C, Decision<E, R>> decide) {
    return parts.decide((states, command) -> decide.apply(command));
  }
}
