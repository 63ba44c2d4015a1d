package dev.millrace.core;

import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What {@link Deciding} and its successors collect. */
record DeciderParts<E, C extends Command<R>, R>(
    Context.Builder<E> builder,
    String name,
    Class<C> type,
    boolean keepsPayload,
    List<Decider.Reading> readings,
    @Nullable Function<Object, TagValue> subject) {

  DeciderParts<E, C, R> withoutPayload() {
    return new DeciderParts<>(builder, name, type, false, readings, subject);
  }

  <V> DeciderParts<E, C, R> personal(Tag<V> tag, Function<? super C, ? extends V> value) {
    return new DeciderParts<>(
        builder,
        name,
        type,
        keepsPayload,
        readings,
        command -> tag.of(value.apply(type.cast(command))));
  }

  DeciderParts<E, C, R> reading(View<?, ?> view, Function<? super C, ?> key) {
    return and(
        new Decider.Reading(
            view, command -> List.of(known(view, key.apply(type.cast(command)))), false));
  }

  DeciderParts<E, C, R> readingEach(
      View<?, ?> view, Function<? super C, ? extends Collection<?>> keys) {
    return and(
        new Decider.Reading(view, command -> known(view, keys.apply(type.cast(command))), true));
  }

  private <K> K known(View<?, ?> view, @Nullable K key) {
    if (key == null) {
      throw new IllegalArgumentException(
          "command '"
              + name
              + "' reads a view by '"
              + view.key()
              + "', but this one has null there");
    }
    return key;
  }

  private DeciderParts<E, C, R> and(Decider.Reading reading) {
    List<Decider.Reading> more = new ArrayList<>(readings);
    more.add(reading);
    return new DeciderParts<>(builder, name, type, keepsPayload, List.copyOf(more), subject);
  }

  Context.Builder<E> decide(BiFunction<Object[], C, Decision<E, R>> decide) {
    return builder.add(
        new Decider(
            name,
            type,
            keepsPayload,
            readings,
            (states, command) -> decide.apply(states, type.cast(command)),
            PersonalComponents.in(type),
            subject));
  }
}
