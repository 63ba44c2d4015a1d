package dev.millrace.core;

import dev.millrace.core.store.Query;
import java.util.List;
import java.util.TreeSet;

/** The query that follows from what a processor handles. */
final class ProcessorQuery {
  private ProcessorQuery() {}

  /** All events of the types, of all tenants. */
  static Query of(String processor, List<Class<?>> types, EventCatalog catalog) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException(processor + " handles no events; add .on(…)");
    }
    TreeSet<String> names = new TreeSet<>();
    for (Class<?> type : types) {
      names.addAll(catalog.namesOf(type));
    }
    return Query.types(names.toArray(String[]::new)).acrossTenants();
  }
}
