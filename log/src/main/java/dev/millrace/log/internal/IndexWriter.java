package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the index file of a run from those of its parts, piece by piece: whatever the size of the
 * run, it keeps some buffers in memory. The file is made under another name, made durable, and then
 * given its own.
 */
final class IndexWriter implements IoSeries.Pieces {
  /** What is written between two syncs, so that the writer's own syncs never wait for a lot. */
  private static final int SYNC_BYTES = 4 << 20;

  /** How many entries are looked at before other work has a turn. */
  private static final int TURN = 16 * 1024;

  /** Files up to this size are written at once. */
  private static final int IMAGE_BYTES = 256 * 1024;

  private static final int READ_BYTES = 256 * 1024; // whole pages

  private final Disk disk;
  private final List<IndexedSegment> segments;
  private final IndexSource[] sources;
  private final int[] bases;
  private final String name;
  private final long[] tenants;
  private final List<Phase> phases;
  private int phase;
  private long unsynced;
  private @Nullable DiskFile file;
  private @Nullable ByteBuffer image;
  private IndexFile.Counts counts;
  private IndexFile.Layout layout;

  /** A part of the work. */
  @FunctionalInterface
  private interface Phase {
    /** Goes on; true when it is done. Adds what has to be written before it may go on. */
    boolean advance(List<IoScript.Step> steps) throws IOException;
  }

  /**
   * A writer, for one use.
   *
   * @param segments of the run
   * @param sources in their order, together the same events
   */
  IndexWriter(Disk disk, List<IndexedSegment> segments, List<? extends IndexSource> sources) {
    this.disk = disk;
    this.segments = segments;
    this.sources = sources.toArray(IndexSource[]::new);
    this.bases = new int[this.sources.length];
    long first = segments.get(0).header().number();
    this.name = IndexFile.name(first, first + segments.size() - 1);
    this.tenants =
        sources.stream()
            .flatMapToLong(source -> Arrays.stream(source.tenants()))
            .distinct()
            .sorted()
            .toArray();
    int events = 0;
    int postings = 0;
    int appends = 0;
    for (int i = 0; i < this.sources.length; i++) {
      bases[i] = events;
      events = Math.addExact(events, this.sources[i].events());
      postings = Math.addExact(postings, this.sources[i].postings());
      appends = Math.addExact(appends, this.sources[i].appends());
    }
    counts = new IndexFile.Counts(segments.size(), tenants.length, events, 0, postings, appends);
    layout = IndexFile.Layout.of(counts);
    phases = new ArrayList<>(List.<Phase>of(this::begin, new CountKeys(), this::layOut));
  }

  @Override
  public @Nullable List<IoScript.Step> next() throws IOException {
    if (phase == phases.size()) {
      return null;
    }
    List<IoScript.Step> steps = new ArrayList<>();
    if (phases.get(phase).advance(steps)) {
      phase++;
    }
    if (unsynced >= SYNC_BYTES) {
      unsynced = 0;
      steps.add(completion -> file().sync(completion));
    }
    return steps;
  }

  private DiskFile file() {
    return java.util.Objects.requireNonNull(file);
  }

  private boolean begin(List<IoScript.Step> steps) {
    String unfinished = name + SegmentFiles.UNFINISHED;
    steps.add(IoScript.now(() -> disk.delete(unfinished)));
    steps.add(IoScript.now(() -> file = disk.create(unfinished)));
    return true;
  }

  /** The counts are known: the rest of the work. */
  private boolean layOut(List<IoScript.Step> steps) {
    layout = IndexFile.Layout.of(counts);
    if (layout.fileBytes() <= IMAGE_BYTES) {
      image = ByteBuffer.allocate((int) layout.fileBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
    phases.add(new WriteKeys());
    phases.add(new WriteIds());
    phases.add(new WriteOffsets());
    phases.add(this::writeHead);
    phases.add(new WriteChecksums());
    phases.add(this::finish);
    return true;
  }

  private boolean writeHead(List<IoScript.Step> steps) {
    int[] events = new int[segments.size()];
    long first = segments.get(0).header().firstPosition();
    for (int i = 0; i < events.length; i++) {
      long end =
          i + 1 < events.length
              ? segments.get(i + 1).header().firstPosition()
              : first + counts.events();
      events[i] = (int) (end - segments.get(i).header().firstPosition());
    }
    byte[] head = IndexFile.head(counts, segments, tenants, events);
    ByteBuffer whole = image;
    if (whole != null) {
      whole.put(0, head);
      return true;
    }
    steps.add(completion -> file().write(0, ByteBuffer.wrap(head), completion));
    steps.add(this::fill);
    return true;
  }

  /** Nobody may have written the zeros before the checksums. */
  private void fill(IoCompletion completion) throws IOException {
    int missing = (int) Math.max(0, layout.checksums() - file().size());
    file().write(layout.checksums() - missing, ByteBuffer.allocate(missing), completion);
  }

  private boolean finish(List<IoScript.Step> steps) {
    ByteBuffer whole = image;
    if (whole != null) {
      steps.add(completion -> file().write(0, whole, completion));
    }
    steps.add(completion -> file().sync(completion));
    steps.add(IoScript.now(() -> file().close()));
    steps.add(IoScript.now(() -> disk.rename(name + SegmentFiles.UNFINISHED, name)));
    steps.add(disk::sync);
    return true;
  }

  /** Gives up; what there is of the file stays until the store is opened again. */
  void abandon() {
    if (file != null) {
      Closing.quietly(file);
    }
  }

  private void flush(boolean all, List<IoScript.Step> steps, IndexPart... parts) {
    for (IndexPart part : parts) {
      if (all || part.full()) {
        part.flush(file(), steps);
        unsynced += IndexPart.BUFFER_BYTES;
      }
    }
  }

  private static boolean anyFull(IndexPart... parts) {
    for (IndexPart part : parts) {
      if (part.full()) {
        return true;
      }
    }
    return false;
  }

  /** Cursors of all sources, the one with the least key first. */
  private final class Merge {
    private final IndexSource.Keys[] keys = new IndexSource.Keys[sources.length];
    private final boolean[] ended = new boolean[sources.length];
    private long least;

    Merge() {
      for (int i = 0; i < keys.length; i++) {
        keys[i] = sources[i].keys();
        ended[i] = !keys[i].next();
      }
    }

    /** Finds the least key; false when there is none. */
    boolean find() {
      boolean found = false;
      for (int i = 0; i < keys.length; i++) {
        if (!ended[i] && (!found || keys[i].stored() < least)) {
          least = keys[i].stored();
          found = true;
        }
      }
      return found;
    }

    boolean has(int source) {
      return !ended[source] && keys[source].stored() == least;
    }

    /** Leaves the least key. */
    void leave() {
      for (int i = 0; i < keys.length; i++) {
        if (has(i)) {
          ended[i] = !keys[i].next();
        }
      }
    }
  }

  private final class CountKeys implements Phase {
    private final Merge all = new Merge();
    private int keys;

    @Override
    public boolean advance(List<IoScript.Step> steps) {
      for (int i = 0; i < TURN; i++) {
        if (!all.find()) {
          counts =
              new IndexFile.Counts(
                  counts.segments(),
                  counts.tenants(),
                  counts.events(),
                  keys,
                  counts.postings(),
                  counts.appends());
          return true;
        }
        keys++;
        all.leave();
      }
      return false;
    }
  }

  /** A filter, whose words come in the order of the keys. */
  private final class Filter {
    private final IndexPart part;
    private final int words;
    private int word;
    private long bits;

    Filter(long at, int words) {
      this.part = new IndexPart(at, 8L * words, image);
      this.words = words;
    }

    /** Writes the words before that of a key; false: the buffer is full before that. */
    boolean reach(long stored) {
      return writeUpTo(IndexFile.filterWord(stored, words));
    }

    private boolean writeUpTo(int end) {
      while (word < end) {
        if (part.full()) {
          return false;
        }
        part.putLong(bits);
        bits = 0;
        word++;
      }
      return true;
    }

    void add(long stored) {
      bits |= IndexFile.filterBits(stored);
    }

    /** Writes the rest; false: the buffer is full before that. */
    boolean end() {
      return writeUpTo(words);
    }
  }

  private final class WriteKeys implements Phase {
    private final Merge merge = new Merge();
    private final Filter filter = new Filter(layout.keyFilter(), counts.keyFilterWords());
    private final IndexPart high = new IndexPart(layout.keysHigh(), 4L * counts.keys(), image);
    private final IndexPart low = new IndexPart(layout.keysLow(), 2L * counts.keys(), image);
    private final IndexPart ends = new IndexPart(layout.ends(), 4L * counts.keys(), image);
    private final IndexPart postings =
        new IndexPart(layout.postings(), 4L * counts.postings(), image);
    private int written;
    private boolean within;
    private int source;
    private int posting;

    @Override
    public boolean advance(List<IoScript.Step> steps) {
      boolean done = false;
      while (!done && !anyFull(filter.part, high, low, ends, postings)) {
        if (within) {
          copyPostings();
        } else if (!merge.find()) {
          done = filter.end();
        } else if (filter.reach(merge.least)) {
          filter.add(merge.least);
          high.putInt(IndexFile.high(merge.least));
          low.putShort(IndexFile.low(merge.least));
          within = true;
          source = 0;
          posting = 0;
        }
      }
      flush(done, steps, filter.part, high, low, ends, postings);
      return done;
    }

    private void copyPostings() {
      while (source < sources.length) {
        if (merge.has(source)) {
          IndexSource.Keys key = merge.keys[source];
          int size = key.size();
          while (posting < size) {
            if (postings.full()) {
              return;
            }
            postings.putInt(bases[source] + key.posting(posting++));
            written++;
          }
        }
        source++;
        posting = 0;
      }
      ends.putInt(written);
      merge.leave();
      within = false;
    }
  }

  private final class WriteIds implements Phase {
    private final IndexSource.Ids[] ids = new IndexSource.Ids[sources.length];
    private final boolean[] ended = new boolean[sources.length];
    private final Filter filter = new Filter(layout.idFilter(), counts.idFilterWords());
    private final IndexPart high = new IndexPart(layout.idsHigh(), 4L * counts.appends(), image);
    private final IndexPart low = new IndexPart(layout.idsLow(), 2L * counts.appends(), image);
    private final IndexPart events =
        new IndexPart(layout.firstEvents(), 4L * counts.appends(), image);

    WriteIds() {
      for (int i = 0; i < ids.length; i++) {
        ids[i] = sources[i].ids();
        ended[i] = !ids[i].next();
      }
    }

    @Override
    public boolean advance(List<IoScript.Step> steps) {
      boolean done = false;
      while (!done && !anyFull(filter.part, high, low, events)) {
        int least = least();
        if (least < 0) {
          done = filter.end();
        } else if (filter.reach(ids[least].stored())) {
          long stored = ids[least].stored();
          filter.add(stored);
          high.putInt(IndexFile.high(stored));
          low.putShort(IndexFile.low(stored));
          events.putInt(bases[least] + ids[least].firstEvent());
          ended[least] = !ids[least].next();
        }
      }
      flush(done, steps, filter.part, high, low, events);
      return done;
    }

    private int least() {
      int least = -1;
      for (int i = 0; i < ids.length; i++) {
        if (!ended[i] && (least < 0 || ids[i].stored() < ids[least].stored())) {
          least = i;
        }
      }
      return least;
    }
  }

  private final class WriteOffsets implements Phase {
    private final IndexPart offsets = new IndexPart(layout.offsets(), 4L * counts.events(), image);
    private int source;
    private int ordinal;

    @Override
    public boolean advance(List<IoScript.Step> steps) {
      while (source < sources.length && !offsets.full()) {
        if (ordinal == sources[source].events()) {
          source++;
          ordinal = 0;
        } else {
          offsets.putInt(sources[source].offset(ordinal++));
        }
      }
      boolean done = source == sources.length;
      flush(done, steps, offsets);
      return done;
    }
  }

  /** Reads everything back. */
  private final class WriteChecksums implements Phase {
    private final IndexPart checksums =
        new IndexPart(layout.checksums(), 4L * layout.pages() + 4, image);
    private final IndexPages.CRC all = new IndexPages.CRC();
    private int page;

    @Override
    public boolean advance(List<IoScript.Step> steps) throws IOException {
      long from = (long) page * IndexFile.PAGE;
      if (from < layout.checksums()) {
        int length = (int) Math.min(READ_BYTES, layout.checksums() - from);
        add(image == null ? file().read(from, length) : image.slice((int) from, length));
      }
      boolean done = page == layout.pages() && !checksums.full();
      if (done) {
        checksums.putInt(all.value());
      }
      flush(done, steps, checksums);
      return done;
    }

    private void add(ByteBuffer bytes) {
      for (int at = 0; at < bytes.limit() && !checksums.full(); at += IndexFile.PAGE) {
        int checksum = IndexFile.crc(bytes.slice(at, layout.pageBytes(page)));
        checksums.putInt(checksum);
        all.add(checksum);
        page++;
      }
    }
  }
}
