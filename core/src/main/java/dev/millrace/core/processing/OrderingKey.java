package dev.millrace.core.processing;

import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What a processor keeps in order: events with the same key are handled one after the other, in the
 * order of the store.
 *
 * @param tenant whose events
 * @param tag what they are about; null: the events of the tenant that have no such tag
 */
public record OrderingKey(Tenant tenant, @Nullable TagValue tag)
    implements Comparable<OrderingKey> {
  private static final Comparator<OrderingKey> ORDER =
      Comparator.comparing(OrderingKey::tenant)
          .thenComparing(OrderingKey::tag, Comparator.nullsFirst(Comparator.naturalOrder()));

  @Override
  public int compareTo(OrderingKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    String text = tag == null ? "(no key)" : tag.toString();
    return tenant.equals(Tenant.DEFAULT) ? text : tenant + "/" + text;
  }
}
