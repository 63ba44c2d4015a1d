package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.Tenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a group asks of the indexes: whether its ids are known, and what its conditions may forbid.
 */
final class Asked {
  final UUID[] ids;
  final Lookups tags = new Lookups(Lookups.Shape.TAG);
  final Lookups kinds = new Lookups(Lookups.Shape.KIND);
  final Lookups tenantKinds = new Lookups(Lookups.Shape.TENANT_KIND);

  /** Appends whose conditions the indexes cannot answer alone. */
  final List<Integer> unclear = new ArrayList<>();

  private Asked(UUID[] ids) {
    this.ids = ids;
  }

  /** In the order in which they are asked. */
  List<Lookups> all() {
    return List.of(tags, kinds, tenantKinds);
  }

  /** All that a decision must know. */
  static Asked of(List<PendingAppend> group) {
    return of(group, append -> false);
  }

  /**
   * What is not known without asking.
   *
   * @param known of which appends, by place, it is known what their conditions forbid
   */
  static Asked of(List<PendingAppend> group, IntPredicate known) {
    Asked asked = new Asked(new UUID[group.size()]);
    for (int i = 0; i < group.size(); i++) {
      asked.ids[i] = group.get(i).append().id();
      AppendCondition condition = group.get(i).append().condition();
      Query boundary = condition.failIfMatches();
      if (boundary != null && condition.after() < Long.MAX_VALUE && !known.test(i)) {
        asked.add(i, boundary, condition.after());
      }
    }
    return asked;
  }

  /** Binds what the look-ups ask for, in their order. */
  int bind(Connection connection, PreparedStatement statement, int before) throws SQLException {
    int at = before;
    for (Lookups lookups : all()) {
      at = lookups.bind(connection, statement, at);
    }
    return at;
  }

  private void add(int append, Query boundary, long after) {
    if (!Branch.cover(boundary)) {
      unclear.add(append);
      return;
    }
    for (Criterion criterion : boundary.anyOf()) {
      Tenant tenant = boundary.tenant();
      if (tenant == null || criterion.allOf().isEmpty()) {
        boolean ofATenant = tenant != null && !tenant.equals(Tenant.DEFAULT);
        Lookups lookups = ofATenant ? tenantKinds : kinds;
        for (String type : criterion.types()) {
          lookups.add(append, Hashes.kind(type), after, List.of(), tenant);
        }
      } else {
        long hash = Hashes.tag(tenant, criterion.allOf().get(0));
        tags.add(append, hash, after, criterion.types(), null);
      }
    }
  }

  /** Look-ups of one shape, as columns. */
  static final class Lookups {
    /** What is looked up. */
    enum Shape {
      TAG,
      KIND,
      TENANT_KIND
    }

    private final Shape shape;
    private final List<@Nullable String> tenants = new ArrayList<>();
    private final List<Integer> appends = new ArrayList<>();
    private final List<Long> hashes = new ArrayList<>();
    private final List<Long> afters = new ArrayList<>();
    private final List<Integer> lows = new ArrayList<>();
    private final List<Integer> highs = new ArrayList<>();
    private final List<Long> kinds = new ArrayList<>();

    Lookups(Shape shape) {
      this.shape = shape;
    }

    boolean isEmpty() {
      return appends.isEmpty();
    }

    void add(int append, long hash, long after, List<String> types, @Nullable Tenant tenant) {
      tenants.add(tenant == null ? null : Text.write(tenant.name()));
      appends.add(append);
      hashes.add(hash);
      afters.add(after);
      lows.add(types.isEmpty() ? 0 : kinds.size() + 1);
      types.forEach(type -> kinds.add(Hashes.kind(type)));
      highs.add(types.isEmpty() ? 0 : kinds.size());
    }

    int bind(Connection connection, PreparedStatement statement, int before) throws SQLException {
      if (isEmpty()) {
        return before;
      }
      int at = before;
      statement.setArray(++at, connection.createArrayOf("int4", appends.toArray(Integer[]::new)));
      statement.setArray(++at, connection.createArrayOf("int8", hashes.toArray(Long[]::new)));
      statement.setArray(++at, connection.createArrayOf("int8", afters.toArray(Long[]::new)));
      if (shape == Shape.TENANT_KIND) {
        statement.setArray(++at, connection.createArrayOf("text", tenants.toArray(String[]::new)));
      }
      if (shape == Shape.TAG) {
        statement.setArray(++at, connection.createArrayOf("int4", lows.toArray(Integer[]::new)));
        statement.setArray(++at, connection.createArrayOf("int4", highs.toArray(Integer[]::new)));
        statement.setArray(++at, connection.createArrayOf("int8", kinds.toArray(Long[]::new)));
      }
      return at;
    }
  }
}
