package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.StoreActivity.HotTag;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Conditions and repeated ids are decided right, and most conditions without a look at any event.
 *
 * <p>The store has five events, each an append of its own: {@code opened a} at 1, {@code paid b
 * seat:1} at 2, {@code opened a} of another tenant at 3, {@code paid a} at 4, {@code closed} of no
 * tag at 5.
 */
final class AdmissionTest {
  private static final int HEAD = 5;
  private static final Tenant OTHER = new Tenant("other");
  private static final TagValue A = new TagValue("account", "a");
  private static final TagValue B = new TagValue("account", "b");
  private static final TagValue SEAT = new TagValue("seat", "1");
  private static final TagValue UNKNOWN = new TagValue("account", "語".repeat(256));
  private static final ByteSource NONE_OF_THEM =
      (offset, least, wanted) -> {
        throw new AssertionError("a look at an event, at " + offset);
      };

  private static Engine engine;
  private static Admission admission;
  private static Segment segment;
  private static final List<IndexDamagedException> DAMAGED = new ArrayList<>();

  private static Append append(int number, String type, TagValue... tags) {
    Bytes data = Bytes.utf8("data " + number);
    return Append.of(new UUID(7, number), List.of(new NewEvent(type, 1, List.of(tags), data)));
  }

  private static List<Append> appends() {
    return List.of(
        append(1, "opened", A),
        append(2, "paid", B, SEAT),
        append(3, "opened", A).forTenant(OTHER),
        append(4, "paid", A),
        append(5, "closed"));
  }

  @BeforeAll
  static void write() throws IOException {
    SimDisk disk = SimDisk.empty();
    var unused = filled(disk);
    SimDisk left = disk.afterKill(DiskSettings.PLAIN);
    Rereading rereading = new Rereading(left, Hash64.XXH3);
    StoreKeys keys = new StoreKeys(left, List.of());
    Recovery.Found found =
        new Recovery(left, Hash64.XXH3, rereading, keys, false, new SplittableRandom(1)).find();
    segment = found.tail().segment;
    Visible visible =
        new Visible(found.segments(), List.of(new Run(segment, found.tail().index)), HEAD);
    admission = new Admission(visible, Hash64.XXH3, DAMAGED::add);
    engine = filled(SimDisk.empty());
  }

  private static Engine filled(SimDisk disk) {
    Engine opened = Engine.open(disk, SystemSeams.shared(), LogOptions.DEFAULT).join();
    for (Append append : appends()) {
      var unused = opened.append(append).join();
    }
    return opened;
  }

  @AfterAll
  static void close() {
    engine.close().join();
  }

  private static long newest(Query query, long after) {
    return admission.newestMatch(query, after, HEAD, segment);
  }

  /** Decided by the index alone. */
  private static long newestWithoutLooking(Query query, long after) {
    return admission.newestMatch(query, after, HEAD, NONE_OF_THEM);
  }

  private static void assertLooks(Query query, long after) {
    assertThatThrownBy(() -> newestWithoutLooking(query, after)).hasMessageContaining("a look");
  }

  private static Query any(Criterion... criteria) {
    return new Query(Tenant.DEFAULT, List.of(criteria));
  }

  private static Criterion criterion(List<String> types, TagValue... tags) {
    return new Criterion(types, List.of(tags));
  }

  @Test
  void theNewestMatchIsFound() {
    assertThat(newest(Query.all(), 0)).isEqualTo(5);
    assertThat(newest(Query.tags(A), 0)).isEqualTo(4);
    assertThat(newest(Query.tags(A), 3)).isEqualTo(4);
    assertThat(newest(Query.tags(A), 4)).isZero();
    assertThat(newest(Query.tags(B), 0)).isEqualTo(2);
    assertThat(newest(Query.tags(B), 1)).isEqualTo(2);
    assertThat(newest(Query.tags(B), 2)).isZero();
    assertThat(newest(Query.types("opened"), 0)).isEqualTo(1);
    assertThat(newest(Query.types("opened"), 1)).isZero();
    assertThat(newest(Query.types("opened").acrossTenants(), 1)).isEqualTo(3);
    assertThat(newest(Query.types("opened", "paid"), 1)).isEqualTo(4);
    assertThat(newest(any(criterion(List.of("opened"), A)), 0)).isEqualTo(1);
    assertThat(newest(any(criterion(List.of("opened"), A)), 1)).isZero();
    assertThat(newest(Query.tags(B, SEAT), 0)).isEqualTo(2);
    assertThat(newest(Query.tags(A, SEAT), 0)).isZero();
    assertThat(newest(new Query(OTHER, Query.tags(A).anyOf()), 0)).isEqualTo(3);
    assertThat(newest(new Query(OTHER, Query.tags(A).anyOf()), 3)).isZero();
  }

  @Test
  void nothingIsAfterTheHead() {
    for (long after = HEAD; after < HEAD + 3; after++) {
      assertThat(newestWithoutLooking(Query.all(), after)).isZero();
      assertThat(newestWithoutLooking(Query.tags(A), after)).isZero();
    }
    assertThat(newest(Query.all(), HEAD - 1)).isEqualTo(HEAD);
  }

  @Test
  void whatTheIndexRulesOutCostsNoLookAtAnEvent() {
    assertThat(newestWithoutLooking(Query.tags(UNKNOWN), 0)).isZero();
    assertThat(newestWithoutLooking(Query.tags(A), 4)).isZero();
    assertThat(newestWithoutLooking(Query.tags(B), 2)).isZero();
    assertThat(newestWithoutLooking(Query.tags(B, A), 2)).as("one of the tags is enough").isZero();
    assertThat(newestWithoutLooking(Query.tags(A, B), 2)).isZero();
    assertThat(newestWithoutLooking(Query.types("unknown"), 0)).isZero();
    assertThat(newestWithoutLooking(Query.types("opened"), 1)).isZero();
    assertThat(newestWithoutLooking(Query.types("opened", "unknown"), 1)).isZero();
    assertThat(newestWithoutLooking(any(criterion(List.of("opened"), A)), 1)).isZero();
    Query two = any(criterion(List.of("opened")), criterion(List.of(), B));
    assertThat(newestWithoutLooking(two, 2)).as("all of the criteria").isZero();
  }

  @Test
  void whatTheIndexDoesNotRuleOutIsLookedAt() {
    assertLooks(Query.tags(A), 3);
    assertLooks(Query.tags(B), 1);
    assertLooks(Query.types("opened"), 0);
    assertLooks(Query.types("unknown", "opened"), 0);
    assertLooks(any(criterion(List.of("unknown")), criterion(List.of(), B)), 1);
    assertLooks(Query.all(), 4);
    assertLooks(Query.tags(B).acrossTenants(), 1);
  }

  @Test
  void anIdThatIsStoredAnswersAsTheFirstTime() {
    for (Append append : appends()) {
      Appended found = admission.repeated(append, segment);
      assertThat(found.repeated()).isTrue();
      assertThat(found.first()).isEqualTo(append.id().getLeastSignificantBits());
      assertThat(found.last()).isEqualTo(found.first());
    }
    assertThat(admission.repeated(append(6, "opened"), segment)).isNull();
  }

  @Test
  void anIdWithOtherContentIsRefused() {
    List<Append> others =
        List.of(
            append(1, "opened", B),
            append(1, "closed", A),
            append(1, "opened"),
            append(1, "opened", A).forTenant(OTHER),
            append(2, "paid", SEAT, B));
    for (Append other : others) {
      assertThatThrownBy(() -> admission.repeated(other, segment))
          .isInstanceOf(AppendIdReusedException.class)
          .hasMessageContaining(other.id().toString())
          .hasMessageContaining("at position " + other.id().getLeastSignificantBits());
    }
  }

  @Test
  void aDamagedIndexIsToldAndTheAppendMayComeAgain() {
    DAMAGED.clear();
    IndexDamagedException damage = new IndexDamagedException("000000000001.idx", 4_096);
    StoreOverloadedException answer = admission.without(damage);
    assertThat(answer).hasMessageContaining("000000000001.idx").hasMessageContaining("try again");
    assertThat(DAMAGED).containsExactly(damage);
  }

  @Test
  void aConflictIsCountedForThePartsThatMayHaveBroughtItAbout() {
    Query query =
        any(
            criterion(List.of(), A),
            criterion(List.of(), B),
            criterion(List.of("opened"), SEAT),
            criterion(List.of("closed")));
    assertConflict(query, 3, 5);
    assertThat(engine.activity().conflicts()).isEqualTo(1);
    assertHot(new HotTag("", 1, 0), new HotTag("account:a", 1, 0));
    assertConflict(Query.tags(A), 3, 4);
    assertHot(new HotTag("account:a", 2, 0), new HotTag("", 1, 0));
    assertConflict(Query.all(), 4, 5);
    assertHot(new HotTag("", 2, 0), new HotTag("account:a", 2, 0));
    assertConflict(Query.tags(B).acrossTenants(), 0, 2);
    assertConflict(Query.tags(SEAT), 0, 2);
    assertHot(
        new HotTag("", 2, 0),
        new HotTag("account:a", 2, 0),
        new HotTag("account:b", 1, 0),
        new HotTag("seat:1", 1, 0));
    assertThat(engine.activity().conflicts()).isEqualTo(5);
  }

  private static void assertConflict(Query query, long after, long position) {
    Append append = append(99, "opened").onlyIf(AppendCondition.noneMatching(query, after));
    assertThat(engine.append(append).join()).isEqualTo(new Conflict(position));
  }

  private static void assertHot(HotTag... tags) {
    assertThat(engine.activity().hotTags()).containsExactlyElementsOf(Arrays.asList(tags));
  }
}
