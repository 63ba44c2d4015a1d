package dev.millrace.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives views the names under which they are looked at from outside: their own, else that of their
 * state's type, as long as only one view has it. A type of the JDK says nothing of what the state
 * means, and names none.
 */
final class ViewNames {
  private final String context;

  ViewNames(String context) {
    this.context = context;
  }

  /** The name of a class with hyphens: {@code PlaceOrder} is place-order. */
  static String kebab(Class<?> type) {
    String parts = type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-");
    return parts.toLowerCase(Locale.ROOT);
  }

  /** All views that have a name; those that were shown by hand must. */
  Map<String, View<?, ?>> named(List<View<?, ?>> shown, List<Decider> deciders) {
    Map<String, View<?, ?>> views = new TreeMap<>();
    for (View<?, ?> view : shown) {
      String name = view.name();
      if (name == null) {
        throw new IllegalArgumentException(
            "context '" + context + "': a view that is shown needs a name; add .named(\"…\")");
      }
      View<?, ?> before = views.put(name, view);
      if (before != null && before != view) {
        throw new IllegalArgumentException(
            "context '" + context + "': two views are named '" + name + "'");
      }
    }
    addRead(views, deciders);
    return views;
  }

  private static void addRead(Map<String, View<?, ?>> views, List<Decider> deciders) {
    Map<String, List<View<?, ?>>> candidates = new LinkedHashMap<>();
    Set<View<?, ?>> seen = new HashSet<>(views.values());
    for (Decider decider : deciders) {
      for (Decider.Reading reading : decider.readings()) {
        View<?, ?> view = reading.view();
        String name = nameOf(view);
        if (!name.isEmpty() && seen.add(view)) {
          candidates.computeIfAbsent(name, first -> new ArrayList<>()).add(view);
        }
      }
    }
    candidates.forEach((name, found) -> {
      if (found.size() == 1) {
        views.putIfAbsent(name, found.get(0));
      }
    });
  }

  private static String nameOf(View<?, ?> view) {
    String name = view.name();
    if (name != null) {
      return name;
    }
    return view.stateType().getName().startsWith("java.") ? "" : kebab(view.stateType());
  }
}
