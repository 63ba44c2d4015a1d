package dev.millrace.core.personal;

import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;

/**
 * Whom personal values are about, as in {@code customer:c-1} of a tenant. It stands in clear
 * wherever the values stand: it must be a name that says nothing without them.
 */
public record Subject(Tenant tenant, TagValue tag) implements Comparable<Subject> {
  @Override
  public int compareTo(Subject other) {
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : tag.compareTo(other.tag);
  }

  @Override
  public String toString() {
    return tag + (tenant.equals(Tenant.DEFAULT) ? "" : " of tenant " + tenant);
  }
}
