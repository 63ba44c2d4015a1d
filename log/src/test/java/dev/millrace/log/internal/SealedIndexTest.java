package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.StoreIdentity;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is looked up in an index file is what was written to it, however its keys are spread. */
final class SealedIndexTest {
  private static final String FILE = "000000000006-000000000007.idx";
  private static final List<IndexedSegment> SEGMENTS = List.of(segment(6, 100), segment(7, 150));

  private static IndexedSegment segment(long number, long firstPosition) {
    StoreIdentity store = new StoreIdentity(new UUID(1, 2), 3);
    return new IndexedSegment(
        new SegmentHeader(store, number, 1_000 + number, firstPosition, 7, 8, 9, 10, null),
        (int) (8_000 + number));
  }

  /** What goes in: drawn, and kept in plain collections. */
  private static final class Entries implements IndexSource {
    private final NavigableSet<Long> tenants = new TreeSet<>();
    private final TreeMap<Long, NavigableSet<Integer>> keys = new TreeMap<>();
    private final TreeMap<Long, List<Integer>> ids = new TreeMap<>();
    private final List<Integer> offsets = new ArrayList<>();

    /** Some entries, whose keys are drawn and then spread. */
    static Entries of(long seed, int count, LongUnaryOperator spread) {
      SplittableRandom random = new SplittableRandom(seed);
      Entries entries = new Entries();
      for (int i = 0; i < count; i++) {
        entries.offsets.add(4_096 + 8 * random.nextInt(100_000));
        long key = IndexFile.stored(spread.applyAsLong(random.nextLong()));
        int postings = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 3);
        NavigableSet<Integer> list = entries.keys.computeIfAbsent(key, none -> new TreeSet<>());
        for (int j = 0; j < postings; j++) {
          list.add(random.nextInt(count));
        }
        long id = IndexFile.stored(spread.applyAsLong(random.nextLong()));
        entries.ids.computeIfAbsent(id, none -> new ArrayList<>()).add(random.nextInt(count));
      }
      for (int i = random.nextInt(4); i >= 0; i--) {
        entries.tenants.add(random.nextLong());
      }
      return entries;
    }

    @Override
    public int events() {
      return offsets.size();
    }

    @Override
    public int postings() {
      return keys.values().stream().mapToInt(NavigableSet::size).sum();
    }

    @Override
    public int appends() {
      return ids.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public int offset(int ordinal) {
      return offsets.get(ordinal);
    }

    @Override
    public long[] tenants() {
      return tenants.stream().mapToLong(tenant -> tenant).toArray();
    }

    @Override
    public Keys keys() {
      List<Map.Entry<Long, List<Integer>>> all = new ArrayList<>();
      keys.forEach((key, postings) -> all.add(Map.entry(key, List.copyOf(postings))));
      return new Keys() {
        private int at = -1;

        @Override
        public boolean next() {
          return ++at < all.size();
        }

        @Override
        public long stored() {
          return all.get(at).getKey();
        }

        @Override
        public int size() {
          return all.get(at).getValue().size();
        }

        @Override
        public int posting(int number) {
          return all.get(at).getValue().get(number);
        }
      };
    }

    @Override
    public Ids ids() {
      List<long[]> all = new ArrayList<>();
      ids.forEach((id, events) -> events.forEach(event -> all.add(new long[] {id, event})));
      return new Ids() {
        private int at = -1;

        @Override
        public boolean next() {
          return ++at < all.size();
        }

        @Override
        public long stored() {
          return all.get(at)[0];
        }

        @Override
        public int firstEvent() {
          return (int) all.get(at)[1];
        }
      };
    }
  }

  /** Evenly, as hashes are; all close together; a few far from the others; the last bits only. */
  private static final List<LongUnaryOperator> SPREADS =
      List.of(
          key -> key,
          key -> 0x7000_0000_0000_0000L | (key >>> 30),
          key -> key % 50 == 0 ? key : key & 0xFFFF_FFFF_FFFFL,
          key -> 0xFFFF_FFFF_0000_0000L | (key & 0xFFFF_FFFFL));

  private static SimDisk write(Entries entries) {
    SimDisk disk = SimDisk.empty();
    IoSeries.run(new IndexWriter(disk, SEGMENTS, List.of(entries))).join();
    return disk;
  }

  private static SealedIndex open(SimDisk disk) throws IOException {
    return Objects.requireNonNull(SealedIndex.open(disk, SEGMENTS));
  }

  @Test
  void findsWhatPlainCollectionsFind() throws IOException {
    long seed = 1;
    for (int count : new int[] {0, 1, 2, 7, 8, 9, 40, 1_000, 2_500}) {
      for (LongUnaryOperator spread : SPREADS) {
        Entries entries = Entries.of(seed++, count, spread);
        SealedIndex index = open(write(entries));
        assertThat(index.events()).isEqualTo(entries.events());
        assertThat(index.appends()).isEqualTo(entries.appends());
        assertThat(index.postings()).isEqualTo(entries.postings());
        assertThat(index.tenants()).isEqualTo(entries.tenants());
        assertThat(index.isWhole()).isTrue();
        assertSameKeys(index, entries, new SplittableRandom(seed));
        assertSameIds(index, entries);
        for (int i = 0; i < count; i++) {
          assertThat(index.offset(i)).isEqualTo(entries.offset(i));
        }
      }
    }
  }

  private static void assertSameKeys(SealedIndex index, Entries entries, SplittableRandom random) {
    for (Map.Entry<Long, NavigableSet<Integer>> entry : entries.keys.entrySet()) {
      long stored = entry.getKey();
      Postings postings = index.postings((stored << 16) | random.nextInt(1 << 16));
      NavigableSet<Integer> set = entry.getValue();
      for (int i = 0; i < 4; i++) {
        int ordinal = random.nextInt(entries.events() + 2);
        assertThat(postings.ceiling(ordinal)).isEqualTo(orNone(set.ceiling(ordinal)));
        ordinal = random.nextInt(entries.events() + 2);
        assertThat(postings.floor(ordinal)).isEqualTo(orNone(set.floor(ordinal)));
      }
      assertWalks(postings, set);
      for (long other : new long[] {stored - 1, stored + 1}) {
        if (other >= 0 && other < 1L << 48 && !entries.keys.containsKey(other)) {
          assertThat(index.postings(other << 16)).isNull();
        }
      }
    }
    for (long key : new long[] {0, -1}) { // before the first and after the last
      boolean there = entries.keys.containsKey(IndexFile.stored(key));
      assertThat(index.postings(key) != null).isEqualTo(there);
    }
    IndexSource.Keys keys = index.keys();
    for (Map.Entry<Long, NavigableSet<Integer>> entry : entries.keys.entrySet()) {
      assertThat(keys.next()).isTrue();
      assertThat(keys.stored()).isEqualTo(entry.getKey());
      List<Integer> postings = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        postings.add(keys.posting(i));
      }
      assertThat(postings).containsExactlyElementsOf(entry.getValue());
    }
    assertThat(keys.next()).isFalse();
  }

  private static int orNone(Integer ordinal) {
    return ordinal == null ? Postings.NONE : ordinal;
  }

  /** From one to the next, as readers go, in both directions. */
  private static void assertWalks(Postings postings, NavigableSet<Integer> set) {
    List<Integer> walked = new ArrayList<>();
    for (int at = postings.ceiling(0); at != Postings.NONE; at = postings.ceiling(at + 1)) {
      walked.add(at);
    }
    assertThat(walked).containsExactlyElementsOf(set);
    walked.clear();
    for (int at = postings.floor(Integer.MAX_VALUE - 1);
        at != Postings.NONE && at > 0;
        at = postings.floor(at - 1)) {
      walked.add(at);
    }
    assertThat(walked).containsExactlyElementsOf(set.tailSet(1, true).descendingSet());
  }

  private static void assertSameIds(SealedIndex index, Entries entries) {
    Map<Long, List<Integer>> found = new HashMap<>();
    entries.ids.forEach((stored, events) -> {
      List<Integer> shown = new ArrayList<>();
      assertThat(index.findAppend(stored << 16, event -> !shown.add(event))).isFalse();
      found.put(stored, shown);
      List<Integer> first = new ArrayList<>();
      assertThat(index.findAppend(stored << 16, first::add)).isTrue();
      assertThat(first).as("until one is accepted").containsExactly(events.get(0));
      if (stored + 1 < 1L << 48 && !entries.ids.containsKey(stored + 1)) {
        assertThat(index.findAppend((stored + 1) << 16, event -> true)).isFalse();
      }
    });
    assertThat(found).isEqualTo(entries.ids);
    IndexSource.Ids ids = index.ids();
    for (Map.Entry<Long, List<Integer>> entry : entries.ids.entrySet()) {
      for (int event : entry.getValue()) {
        assertThat(ids.next()).isTrue();
        assertThat(ids.stored()).isEqualTo(entry.getKey());
        assertThat(ids.firstEvent()).isEqualTo(event);
      }
    }
    assertThat(ids.next()).isFalse();
  }

  @Test
  void aFileOfOtherSegmentsIsNotOpened() throws IOException {
    SimDisk disk = write(Entries.of(1, 40, key -> key));
    IndexedSegment second = SEGMENTS.get(1);
    SegmentHeader header = second.header();
    assertThat(open(disk).file()).isEqualTo(FILE);
    StoreIdentity store = header.identity();
    List<IndexedSegment> others =
        List.of(
            new IndexedSegment(header, second.end() + 8),
            new IndexedSegment(new SegmentHeader(store, 7, 5, 150, 7, 8, 9, 10, null), 8_007),
            new IndexedSegment(new SegmentHeader(store, 7, 1_007, 151, 7, 8, 9, 10, null), 8_007));
    for (IndexedSegment other : others) {
      assertThat(SealedIndex.open(disk, List.of(SEGMENTS.get(0), other))).isNull();
    }
    assertThat(SealedIndex.open(disk, List.of(SEGMENTS.get(0), second))).isNotNull();
    disk.rename(FILE, "000000000006.idx");
    assertThat(SealedIndex.open(disk, SEGMENTS.subList(0, 1))).as("of fewer segments").isNull();
    disk.rename("000000000006.idx", "000000000007-000000000008.idx");
    assertThat(SealedIndex.open(disk, List.of(segment(7, 100), segment(8, 150))))
        .as("of other numbers")
        .isNull();
  }

  @Test
  void aChangedHeadOrAnotherLengthIsNotOpened() throws IOException {
    Entries entries = Entries.of(2, 40, key -> key);
    SimDisk whole = write(entries);
    int head = 64 + 2 * 24 + 8 * entries.tenants.size();
    for (int at = 0; at < head; at++) {
      SimDisk changed = whole.afterKill(DiskSettings.PLAIN);
      changed.flip(FILE, at, 1 << (at % 8));
      assertThat(SealedIndex.open(changed, SEGMENTS)).as("byte %d", at).isNull();
    }
    long size = whole.afterKill(DiskSettings.PLAIN).open(FILE).size();
    for (long length : new long[] {0, 63, 64, head - 1, head, size - 4, size - 1}) {
      SimDisk cut = whole.afterKill(DiskSettings.PLAIN);
      cut.open(FILE).truncate(length);
      assertThat(SealedIndex.open(cut, SEGMENTS)).as("cut at %d", length).isNull();
    }
    SimDisk longer = whole.afterKill(DiskSettings.PLAIN);
    longer.open(FILE).write(size, ByteBuffer.allocate(4), failed -> {});
    assertThat(SealedIndex.open(longer, SEGMENTS)).isNull();
    assertThat(SealedIndex.open(whole.afterKill(DiskSettings.PLAIN), SEGMENTS)).isNotNull();
  }

  @Test
  void theNamesOfFilesSayTheirSegments() {
    assertThat(IndexFile.name(6, 7)).isEqualTo(FILE);
    assertThat(IndexFile.name(6, 6)).isEqualTo("000000000006.idx");
    assertThat(IndexFile.range(FILE)).isEqualTo(new IndexFile.Range(6, 7));
    assertThat(IndexFile.range("000000000006.idx")).isEqualTo(new IndexFile.Range(6, 6));
    for (String other : List.of("6.idx", "000000000006.seg", FILE + "x", "000000000006-7.idx")) {
      assertThat(IndexFile.range(other)).isNull();
    }
  }
}
