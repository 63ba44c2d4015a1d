package dev.millrace.log.internal;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A query as bytes and hashes, to be compared with what stands in a segment. */
final class CompiledQuery {
  private final byte @Nullable [] tenant;
  private final List<CompiledCriterion> criteria;
  private final boolean indexed;
  private final Hashed plain;
  private volatile @Nullable Hashed keyed;

  /** The query as one hash has it: a store may have plain and encrypted segments. */
  private record Hashed(Hash64 hash, long tenant, List<long[]> types, List<long[]> tags) {}

  private record CompiledCriterion(List<byte[]> types, List<byte[]> tags) {

    boolean matches(EventView event) {
      return hasType(event) && hasTags(event);
    }

    private boolean hasType(EventView event) {
      for (int i = 0; i < types.size(); i++) {
        if (event.typeIs(types.get(i))) {
          return true;
        }
      }
      return types.isEmpty();
    }

    private boolean hasTags(EventView event) {
      for (int i = 0; i < tags.size(); i++) {
        if (!event.hasTag(tags.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  CompiledQuery(Query query, Hash64 hash) {
    tenant = query.tenant() == null ? null : Utf8.bytes(query.tenant().name());
    criteria = new ArrayList<>(query.anyOf().size());
    boolean selective = !query.anyOf().isEmpty();
    for (Query.Criterion criterion : query.anyOf()) {
      List<byte[]> types = new ArrayList<>(criterion.types().size());
      for (String type : criterion.types()) {
        types.add(Utf8.bytes(type));
      }
      List<byte[]> tags = new ArrayList<>(criterion.allOf().size());
      for (TagValue tag : criterion.allOf()) {
        tags.add(Utf8.bytes(tag.name() + ':' + tag.value()));
      }
      selective &= !types.isEmpty() || !tags.isEmpty();
      criteria.add(new CompiledCriterion(types, tags));
    }
    indexed = selective;
    plain = hashed(hash);
  }

  private Hashed hashed(Hash64 hash) {
    List<long[]> types = new ArrayList<>(criteria.size());
    List<long[]> tags = new ArrayList<>(criteria.size());
    for (CompiledCriterion criterion : criteria) {
      types.add(hashes(criterion.types(), hash));
      tags.add(hashes(criterion.tags(), hash));
    }
    long tenantHash = tenant == null ? 0 : hash.bytes(tenant, 0, tenant.length);
    return new Hashed(hash, tenantHash, types, tags);
  }

  private Hashed hashedFor(Run run) {
    SegmentKey key = run.key();
    if (key == null) {
      return plain;
    }
    Hashed there = keyed;
    if (there == null || !there.hash().equals(key.hash())) {
      there = hashed(key.hash());
      keyed = there;
    }
    return there;
  }

  private static long[] hashes(List<byte[]> texts, Hash64 hash) {
    long[] hashes = new long[texts.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = hash.bytes(texts.get(i), 0, texts.get(i).length);
    }
    return hashes;
  }

  boolean matches(EventView event) {
    if (tenant != null && !event.tenantIs(tenant)) {
      return false;
    }
    for (int i = 0; i < criteria.size(); i++) {
      if (criteria.get(i).matches(event)) {
        return true;
      }
    }
    return criteria.isEmpty();
  }

  /** Whether the index helps; otherwise every event is looked at. */
  boolean indexed() {
    return indexed;
  }

  /** The keys under which {@link #candidates} looks, if the index helps. */
  long[] keys(Run run) {
    Hashed hashed = hashedFor(run);
    long[] tenants = tenant == null ? run.index().tenants() : new long[] {hashed.tenant()};
    LongStream.Builder keys = LongStream.builder();
    for (long one : tenants) {
      for (int i = 0; i < criteria.size(); i++) {
        if (criteria.get(i).tags().isEmpty()) {
          LongStream.of(hashed.types().get(i)).forEach(t -> keys.add(IndexKey.ofType(one, t)));
        } else {
          LongStream.of(hashed.tags().get(i)).forEach(t -> keys.add(IndexKey.ofTag(one, t)));
        }
      }
    }
    return keys.build().toArray();
  }

  /** The events of a run that may match; null when none can. */
  @Nullable Postings candidates(Run run) {
    if (!indexed) {
      return EVERY;
    }
    RunIndex index = run.index();
    Hashed hashed = hashedFor(run);
    long[] tenants = tenant == null ? index.tenants() : new long[] {hashed.tenant()};
    List<Postings> any = new ArrayList<>();
    for (long one : tenants) {
      for (int i = 0; i < criteria.size(); i++) {
        if (criteria.get(i).tags().isEmpty()) {
          addTypes(hashed.types().get(i), one, index, any);
        } else {
          addTags(hashed.tags().get(i), one, index, any);
        }
      }
    }
    return any.isEmpty() ? null : any.size() == 1 ? any.get(0) : new AnyOf(any);
  }

  private static void addTypes(long[] types, long tenant, RunIndex index, List<Postings> any) {
    for (long type : types) {
      Postings postings = index.postings(IndexKey.ofType(tenant, type));
      if (postings != null) {
        any.add(postings);
      }
    }
  }

  private static void addTags(long[] tags, long tenant, RunIndex index, List<Postings> any) {
    List<Postings> all = new ArrayList<>(tags.length);
    for (long tag : tags) {
      Postings postings = index.postings(IndexKey.ofTag(tenant, tag));
      if (postings == null) {
        return;
      }
      all.add(postings);
    }
    any.add(all.size() == 1 ? all.get(0) : new AllOf(all));
  }

  private static final Postings EVERY =
      new Postings() {
        @Override
        public int ceiling(int ordinal) {
          return ordinal;
        }

        @Override
        public int floor(int ordinal) {
          return ordinal;
        }
      };
}
