package dev.millrace.core;

import dev.millrace.core.store.TagValue;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How one type of commands is decided.
 *
 * @param name stable name of the command
 * @param type of the command
 * @param keepsPayload whether the command's payload is kept in the store
 * @param readings the views, in the order of the states
 * @param decide the user's function
 * @param hasPersonal whether the command has personal components
 * @param subject whom the personal values of the command are about, or null
 */
record Decider(
    String name,
    Class<?> type,
    boolean keepsPayload,
    List<Reading> readings,
    BiFunction<Object[], Object, Decision<?, ?>> decide,
    boolean hasPersonal,
    @Nullable Function<Object, TagValue> subject) {

  /**
   * A view that is read for a command.
   *
   * @param keys of the states
   * @param each whether the decider takes a map of states, or the one state
   */
  record Reading(View<?, ?> view, Function<Object, Collection<?>> keys, boolean each) {}
}
