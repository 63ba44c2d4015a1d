package dev.millrace.node.http;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The contexts that are served, by name. */
public final class Contexts {
  private final Map<String, Context> byName = new LinkedHashMap<>();

  public Contexts(Millrace millrace) {
    millrace.contexts().forEach(context -> byName.put(context.name(), context));
  }

  /** The context of a name. */
  public Context named(String name) {
    Context context = byName.get(name);
    if (context == null) {
      throw Problem.notFound("there is no context '" + name + "'; there are " + byName.keySet())
          .exception();
    }
    return context;
  }

  /** All of them. */
  public List<Context> all() {
    return List.copyOf(byName.values());
  }
}
