package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Part of a query that is a range of an index, or some ranges of the same shape. */
sealed interface Branch {
  /**
   * Events that have one of some tags, and all others.
   *
   * @param anyOf hashes of tags
   * @param allOf hashes of further tags
   * @param kinds hashes of types; empty: any
   */
  record ByTag(List<Long> anyOf, List<Long> allOf, List<Long> kinds) implements Branch {}

  /**
   * Events of a type.
   *
   * @param kind its hash
   * @param tenant whose; null: everybody's
   */
  record ByKind(long kind, @Nullable Tenant tenant) implements Branch {}

  /** Whether ranges of indexes give what a query may match; else positions are looked through. */
  static boolean cover(Query query) {
    if (query.anyOf().isEmpty()) {
      return false;
    }
    for (Criterion criterion : query.anyOf()) {
      boolean byTag = query.tenant() != null && !criterion.allOf().isEmpty();
      if (!byTag && criterion.types().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The ranges, of a query that they {@link #cover}. Criteria with one tag each go together. */
  static List<Branch> of(Query query) {
    List<Branch> branches = new ArrayList<>();
    Map<List<Long>, List<Long>> singles = new LinkedHashMap<>();
    Map<Long, Branch> kinds = new LinkedHashMap<>();
    for (Criterion criterion : query.anyOf()) {
      List<Long> types = kinds(criterion);
      if (query.tenant() == null || criterion.allOf().isEmpty()) {
        types.forEach(kind -> kinds.put(kind, new ByKind(kind, query.tenant())));
        continue;
      }
      List<Long> tags = tags(Objects.requireNonNull(query.tenant()), criterion);
      if (tags.size() == 1) {
        singles.computeIfAbsent(types, unknown -> new ArrayList<>()).add(tags.get(0));
      } else {
        branches.add(new ByTag(tags.subList(0, 1), tags.subList(1, tags.size()), types));
      }
    }
    singles.forEach((types, tags) -> branches.add(new ByTag(tags, List.of(), types)));
    branches.addAll(kinds.values());
    return branches;
  }

  private static List<Long> tags(Tenant tenant, Criterion criterion) {
    List<Long> hashes = new ArrayList<>();
    for (TagValue tag : criterion.allOf()) {
      hashes.add(Hashes.tag(tenant, tag));
    }
    return hashes;
  }

  private static List<Long> kinds(Criterion criterion) {
    return criterion.types().stream().map(Hashes::kind).toList();
  }
}
