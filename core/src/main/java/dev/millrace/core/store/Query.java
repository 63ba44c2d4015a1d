package dev.millrace.core.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which events: those of a tenant that fit any of the criteria.
 *
 * @param tenant whose events; null: of all tenants
 * @param anyOf the criteria; empty: every event
 */
public record Query(@Nullable Tenant tenant, List<Criterion> anyOf) {

  /** Most criteria of one query. */
  public static final int MAX_CRITERIA = 10_000;

  public Query {
    anyOf = List.copyOf(anyOf);
    if (anyOf.size() > MAX_CRITERIA) {
      throw new IllegalArgumentException(
          "a query has at most " + MAX_CRITERIA + " criteria, not " + anyOf.size());
    }
  }

  /**
   * Events of any of the types that have all of the tags.
   *
   * @param types ascending, without repetitions; empty: of any type
   * @param allOf ascending, without repetitions; empty: whatever the tags
   */
  public record Criterion(List<String> types, List<TagValue> allOf) {
    public Criterion {
      types = List.copyOf(new TreeSet<>(types));
      allOf = List.copyOf(new TreeSet<>(allOf));
    }

    /** Whether an event of this type and with these tags fits. */
    public boolean matches(String type, Collection<TagValue> tags) {
      return (types.isEmpty() || types.contains(type)) && tags.containsAll(allOf);
    }
  }

  /** Every event of the default tenant. */
  public static Query all() {
    return new Query(Tenant.DEFAULT, List.of());
  }

  /** Events of the default tenant with any of the types. */
  public static Query types(String... types) {
    return new Query(Tenant.DEFAULT, List.of(new Criterion(List.of(types), List.of())));
  }

  /** Events of the default tenant with all of the tags. */
  public static Query tags(TagValue... tags) {
    return new Query(Tenant.DEFAULT, List.of(new Criterion(List.of(), List.of(tags))));
  }

  /** Events of the default tenant with any of the types and all of the tags. */
  public static Query of(Set<String> types, Set<TagValue> tags) {
    return new Query(Tenant.DEFAULT, List.of(new Criterion(List.copyOf(types), List.copyOf(tags))));
  }

  /** The same criteria for one tenant. */
  public Query forTenant(Tenant tenant) {
    return new Query(tenant, anyOf);
  }

  /** The same criteria over all tenants. */
  public Query acrossTenants() {
    return new Query(null, anyOf);
  }

  /** Whether an event fits. */
  public boolean matches(Tenant tenant, String type, Collection<TagValue> tags) {
    if (this.tenant != null && !this.tenant.equals(tenant)) {
      return false;
    }
    if (anyOf.isEmpty()) {
      return true;
    }
    for (Criterion criterion : anyOf) {
      if (criterion.matches(type, tags)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a recorded event fits. */
  public boolean matches(RecordedEvent event) {
    return matches(event.tenant(), event.type(), event.tags());
  }
}
