package dev.millrace.testkit.contract;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Random events and queries over so few types, tags and tenants that most of them touch. */
final class RandomStore {
  private static final List<Tenant> TENANTS =
      List.of(Tenant.DEFAULT, Tenant.DEFAULT, new Tenant("acme"), new Tenant("beta"));
  private static final List<String> TYPES = List.of("a", "b", "c");
  private static final List<TagValue> TAGS = Samples.tags("x:1", "x:2", "y:1", "y:2", "z:1");

  private final SplittableRandom random;

  RandomStore(SplittableRandom random) {
    this.random = random;
  }

  Append append() {
    int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 12 : 3);
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(event());
    }
    UUID id = new UUID(random.nextLong(), random.nextLong());
    return Append.of(id, events).forTenant(tenant());
  }

  NewEvent event() {
    Bytes data = Bytes.utf8(Integer.toString(random.nextInt(1_000)));
    return new NewEvent(pick(TYPES), 1 + random.nextInt(3), some(TAGS, 4), data);
  }

  Tenant tenant() {
    return pick(TENANTS);
  }

  Query query() {
    List<Criterion> criteria = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      criteria.add(new Criterion(some(TYPES, 3), some(TAGS, 3)));
    }
    return new Query(random.nextInt(5) == 0 ? null : tenant(), criteria);
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Fewer than a bound, without repetitions, in any order. */
  private <T> List<T> some(List<T> from, int bound) {
    List<T> left = new ArrayList<>(from);
    List<T> result = new ArrayList<>();
    int count = random.nextInt(bound);
    for (int i = 0; i < count; i++) {
      result.add(left.remove(random.nextInt(left.size())));
    }
    return result;
  }
}
