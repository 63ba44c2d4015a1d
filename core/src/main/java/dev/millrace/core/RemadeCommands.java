package dev.millrace.core;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes commands again whose payload is not kept, and proves by their digest that they are it. */
final class RemadeCommands {
  /** Most candidates that are tried for one command. */
  static final int MAX_CANDIDATES = 10_000;

  private final Map<String, Remaking> byName = new HashMap<>();

  private record Remaking(
      Context context, boolean now, Class<?> type, Function<List<Object>, Stream<?>> candidates) {}

  /**
   * Resolves what was given.
   *
   * @throws IllegalArgumentException when neither version has such a command
   */
  RemadeCommands(
      Map<Class<?>, Function<List<Object>, Stream<?>>> remakings,
      Context now,
      @Nullable Context before) {
    remakings.forEach((type, candidates) -> {
      Decider decider = decider(type, now);
      boolean isNow = decider != null;
      Context context = now;
      if (decider == null && before != null) {
        decider = decider(type, before);
        context = before;
      }
      if (decider == null) {
        throw new IllegalArgumentException(
            "no version decides " + type.getSimpleName() + ", so it cannot be made again");
      }
      byName.put(decider.name(), new Remaking(context, isNow, type, candidates));
    });
  }

  private static @Nullable Decider decider(Class<?> type, Context context) {
    for (Decider decider : context.deciders()) {
      if (decider.type().equals(type)) {
        return decider;
      }
    }
    return null;
  }

  boolean knows(String command) {
    return byName.containsKey(command);
  }

  /** The payload of the command that was sent; null: none of the candidates is proven to be it. */
  @Nullable Bytes payload(
      CommandRecord command, List<RehearsedEvent> asNow, List<RehearsedEvent> asBefore) {
    Remaking remaking = byName.get(command.type());
    if (remaking == null) {
      return null;
    }
    List<Object> events = new ArrayList<>();
    for (RehearsedEvent event : remaking.now() ? asNow : asBefore) {
      Object read = event.event();
      if (read == null) {
        return null;
      }
      events.add(read);
    }
    try (Stream<?> candidates = remaking.candidates().apply(List.copyOf(events))) {
      Iterator<?> all = candidates.limit(MAX_CANDIDATES).iterator();
      while (all.hasNext()) {
        Bytes payload = remaking.context().codec().encode(remaking.type().cast(all.next()));
        if (CommandRun.digest(command.type(), payload) == command.digest()) {
          return payload;
        }
      }
      return null;
    } catch (RuntimeException e) { // a rule that the command was sent before; nothing is proven
      return null;
    }
  }
}
