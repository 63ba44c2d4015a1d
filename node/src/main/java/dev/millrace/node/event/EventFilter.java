package dev.millrace.node.event;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.node.http.Params;
import java.util.List;

/**
 * Which events a request asks for: of any of the types, with all of the tags, of the tenant.
 *
 * @param types stable names; empty: of any type
 * @param tags all of these
 * @param tenant whose; null: of all tenants, which is said by {@code *}
 */
record EventFilter(
    List<String> types, List<TagValue> tags, @org.jspecify.annotations.Nullable Tenant tenant) {
  static final String TYPE = "type";
  static final String TAG = "tag";
  static final String EVERY_TENANT = "*";

  static EventFilter of(Params params) {
    Tenant tenant =
        params.header(Params.TENANT).filter(EVERY_TENANT::equals).isPresent()
            ? null
            : params.tenant();
    return new EventFilter(
        List.copyOf(params.all(TYPE)),
        params.all(TAG).stream().map(TagValue::parse).distinct().toList(),
        tenant);
  }

  Query query() {
    return new Query(
        tenant,
        types.isEmpty() && tags.isEmpty() ? List.of() : List.of(new Query.Criterion(types, tags)));
  }
}
