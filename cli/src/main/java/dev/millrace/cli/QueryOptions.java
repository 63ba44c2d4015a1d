package dev.millrace.cli;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which events a command is about. */
final class QueryOptions {
  @Option(
      names = "--type",
      paramLabel = "TYPE",
      split = ",",
      description = "Only events of this type; several: of any of them.")
  List<String> types = new ArrayList<>();

  @Option(
      names = "--tag",
      paramLabel = "NAME:VALUE",
      description = "Only events with this tag; several: with all of them.")
  List<String> tags = new ArrayList<>();

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose events; default: those of the tenant 'default'.")
  @Nullable String tenant;

  @Option(names = "--all-tenants", description = "The events of all tenants.")
  boolean allTenants;

  Query query() {
    List<TagValue> allOf = new ArrayList<>();
    for (String tag : tags) {
      try {
        allOf.add(TagValue.parse(tag));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--tag: " + e.getMessage());
      }
    }
    List<Criterion> criteria =
        types.isEmpty() && allOf.isEmpty() ? List.of() : List.of(new Criterion(types, allOf));
    return new Query(tenant(), criteria);
  }

  private @Nullable Tenant tenant() {
    if (allTenants && tenant != null) {
      throw new UsageException("--tenant and --all-tenants exclude each other");
    }
    if (allTenants) {
      return null;
    }
    try {
      return tenant == null ? Tenant.DEFAULT : new Tenant(tenant);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--tenant: " + e.getMessage());
    }
  }
}
