package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.log.spi.MasterKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a damaged store, as far as its header and the next one tell.
 *
 * @param name of the file
 * @param salt 0: not known
 * @param firstPosition 1 when not known
 * @param size where its frames end, if it is sealed; else where the file ends
 * @param sealed whether frames were written up to the size
 * @param identity whose it is; null: not known
 * @param header null: it is not as it was written
 */
record SourceSegment(
    String name,
    long salt,
    long firstPosition,
    int size,
    boolean sealed,
    @Nullable StoreIdentity identity,
    @Nullable SegmentHeader header) {

  /** Is told what is missing. */
  @FunctionalInterface
  interface LostSink {
    void lost(String file, long from, long to, String what);
  }

  /** All segments of a folder that belong to its store, by number. */
  static List<SourceSegment> list(Disk disk, LostSink sink) throws IOException {
    List<String> names = new ArrayList<>(disk.list());
    names.removeIf(name -> !SegmentHeader.isSegment(name));
    if (names.isEmpty()) {
      throw new IllegalArgumentException("there is no log store in " + disk.location());
    }
    List<@Nullable SegmentHeader> headers = new ArrayList<>();
    for (String name : names) {
      headers.add(header(disk, name, sink));
    }
    List<SourceSegment> segments = new ArrayList<>();
    long due = 1;
    for (int i = 0; i < names.size(); i++) {
      for (; due < SegmentHeader.number(names.get(i)); due++) {
        sink.lost(SegmentHeader.fileName(due), 0, 0, "the segment is missing");
      }
      due++;
      @Nullable SegmentHeader next = i + 1 < names.size() ? headers.get(i + 1) : null;
      segments.add(of(disk, names.get(i), headers.get(i), next, sink));
    }
    StoreIdentity identity = identity(segments);
    segments.removeIf(segment -> isForeign(segment, identity, sink));
    return segments;
  }

  /**
   * The keys of a damaged store's segments.
   *
   * @throws dev.millrace.core.store.StoreKeyException when the master key is missing or another
   */
  static StoreKeys keys(
      Disk disk, List<SourceSegment> segments, @Nullable MasterKey key, LostSink sink)
      throws IOException {
    List<@Nullable SegmentHeader> headers = new ArrayList<>();
    segments.forEach(segment -> headers.add(segment.header));
    return StoreKeys.forTools(disk, key, headers, what -> sink.lost(KeysFile.NAME, 0, 0, what));
  }

  /** What opens its frames; null when it is plain, or lost with the header and the file of keys. */
  @Nullable SegmentKey key(StoreKeys keys, @Nullable StoreIdentity store, long foundSalt) {
    if (header != null) {
      return keys.open(header);
    }
    return store == null ? null : keys.open(store.id(), SegmentHeader.number(name), foundSalt);
  }

  private static boolean isForeign(
      SourceSegment segment, @Nullable StoreIdentity identity, LostSink sink) {
    boolean foreign = segment.identity != null && !segment.identity.equals(identity);
    if (foreign) {
      String what = "it belongs to store " + segment.identity + ", not " + identity;
      sink.lost(segment.name, 0, segment.size, what);
    }
    return foreign;
  }

  /** The store's, by the first header that is whole; null when none is. */
  static @Nullable StoreIdentity identity(List<SourceSegment> segments) {
    for (SourceSegment segment : segments) {
      if (segment.identity != null) {
        return segment.identity;
      }
    }
    return null;
  }

  private static @Nullable SegmentHeader header(Disk disk, String name, LostSink sink)
      throws IOException {
    DiskFile file = disk.open(name);
    try {
      SegmentHeader header = Recovery.readHeader(file, disk);
      if (header == null) {
        long to = Math.min(file.size(), SegmentHeader.BYTES);
        sink.lost(name, 0, to, "the header is not as it was written");
      }
      return header;
    } finally {
      file.close();
    }
  }

  private static SourceSegment of(
      Disk disk,
      String name,
      @Nullable SegmentHeader header,
      @Nullable SegmentHeader next,
      LostSink sink)
      throws IOException {
    DiskFile file = disk.open(name);
    long there = Math.min(file.size(), Integer.MAX_VALUE - 8);
    file.close();
    boolean proven = next != null && next.number() == SegmentHeader.number(name) + 1;
    long end = proven && next != null ? next.previousEnd() : there;
    if (end > there) {
      sink.lost(name, there, end, "the file is cut");
    }
    return new SourceSegment(
        name,
        header == null ? 0 : header.salt(),
        header == null ? 1 : header.firstPosition(),
        (int) Math.min(there, end),
        proven,
        header == null ? null : header.identity(),
        header);
  }
}
