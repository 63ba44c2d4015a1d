package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Posting lists, and what is in any or all of several, find what sorted sets find. */
final class PostingsTest {
  private static final int NONE = Postings.NONE;

  private static int ceiling(NavigableSet<Integer> set, int ordinal) {
    Integer found = set.ceiling(ordinal);
    return found == null ? NONE : found;
  }

  private static int floor(NavigableSet<Integer> set, int ordinal) {
    Integer found = set.floor(ordinal);
    return found == null ? NONE : found;
  }

  private static Postings list(NavigableSet<Integer> set) {
    PostingLists lists = new PostingLists();
    set.forEach(ordinal -> lists.add(5, ordinal));
    return Objects.requireNonNull(lists.find(5));
  }

  private static NavigableSet<Integer> random(SplittableRandom random, int bound) {
    NavigableSet<Integer> set = new TreeSet<>();
    int size = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
    for (int i = 0; i < size; i++) {
      set.add(random.nextInt(bound));
    }
    return set;
  }

  @Test
  void listsFindWhatSetsFind() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PostingLists lists = new PostingLists();
      Map<Long, NavigableSet<Integer>> sets = new HashMap<>();
      int keys = 1 + random.nextInt(3_000); // grows the table
      for (int ordinal = random.nextInt(3); ordinal < 8_000; ordinal += 1 + random.nextInt(3)) {
        for (int i = random.nextInt(3); i >= 0; i--) {
          int bound = 1 + random.nextInt(keys); // low keys come more often
          long key = 1 + random.nextInt(bound) * 1_024L;
          lists.add(key, ordinal);
          sets.computeIfAbsent(key, none -> new TreeSet<>()).add(ordinal);
        }
      }
      assertThat(lists.keys()).isEqualTo(sets.size());
      sets.forEach((key, set) -> {
        assertThat(lists.newest(key)).isEqualTo(set.last());
        assertSame(Objects.requireNonNull(lists.find(key)), set, random);
      });
      assertThat(lists.find(999_999_937)).isNull();
      assertThat(lists.newest(999_999_937)).isEqualTo(NONE);
      Map<Long, NavigableSet<Integer>> shown = new HashMap<>();
      lists.forEach((key, postings) -> {
        NavigableSet<Integer> set = new TreeSet<>();
        for (int at = postings.ceiling(0); at != NONE; at = postings.ceiling(at + 1)) {
          set.add(at);
        }
        assertThat(shown.put(key, set)).isNull();
      });
      assertThat(shown).isEqualTo(sets);
    }
  }

  private static void assertSame(
      Postings postings, NavigableSet<Integer> set, SplittableRandom random) {
    for (int i = 0; i < 6; i++) {
      int ordinal = random.nextInt(8_100);
      assertThat(postings.ceiling(ordinal)).isEqualTo(ceiling(set, ordinal));
      assertThat(postings.floor(ordinal)).isEqualTo(floor(set, ordinal));
    }
    for (int exact : List.of(set.first(), set.last())) {
      assertThat(postings.ceiling(exact)).isEqualTo(exact);
      assertThat(postings.floor(exact)).isEqualTo(exact);
      assertThat(postings.ceiling(exact + 1)).isEqualTo(ceiling(set, exact + 1));
      assertThat(postings.floor(exact - 1)).isEqualTo(floor(set, exact - 1));
    }
  }

  @Test
  void aLongListIsWalkedBothWays() {
    NavigableSet<Integer> set = new TreeSet<>();
    for (int i = 0; i < 10_000; i += 1 + i % 3) {
      set.add(i);
    }
    Postings forward = list(set);
    List<Integer> walked = new ArrayList<>();
    for (int at = forward.ceiling(0); at != NONE; at = forward.ceiling(at + 1)) {
      walked.add(at);
    }
    assertThat(walked).containsExactlyElementsOf(set);
    Postings backward = list(set);
    walked.clear();
    for (int at = backward.floor(20_000); at != NONE; at = backward.floor(at - 1)) {
      walked.add(at);
    }
    assertThat(walked).containsExactlyElementsOf(set.descendingSet());
  }

  @Test
  void anyOfIsTheUnionAndAllOfTheIntersection() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int bound = 20 + random.nextInt(400);
      List<NavigableSet<Integer>> sets = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        sets.add(random(random, bound));
      }
      NavigableSet<Integer> union = new TreeSet<>();
      sets.forEach(union::addAll);
      NavigableSet<Integer> intersection = new TreeSet<>(sets.get(0));
      sets.forEach(intersection::retainAll);
      assertWalks(new AnyOf(lists(sets)), new AnyOf(lists(sets)), union, bound, random);
      assertWalks(new AllOf(lists(sets)), new AllOf(lists(sets)), intersection, bound, random);
    }
  }

  private static List<Postings> lists(List<NavigableSet<Integer>> sets) {
    return sets.stream().map(PostingsTest::list).toList();
  }

  /** Seeks in one direction, with steps of any length. */
  private static void assertWalks(
      Postings forward,
      Postings backward,
      NavigableSet<Integer> set,
      int bound,
      SplittableRandom random) {
    int step = 1 + random.nextInt(7);
    for (int at = random.nextInt(3); at < bound + 2; at += 1 + random.nextInt(step)) {
      assertThat(forward.ceiling(at)).as("at or after %s", at).isEqualTo(ceiling(set, at));
    }
    for (int at = bound + 2; at >= 0; at -= 1 + random.nextInt(step)) {
      assertThat(backward.floor(at)).as("at or before %s", at).isEqualTo(floor(set, at));
    }
  }
}
