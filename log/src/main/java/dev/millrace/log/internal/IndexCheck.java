package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the index files of a store with its segments: every event must be found by each of its
 * keys and by its append's id, and nothing else may be found. Of a file with damaged segments only
 * the checksums are checked. Without a file there is nothing to check: it is made when the store is
 * opened.
 */
final class IndexCheck {
  private static final String BROKEN =
      "the index is not as it was written; delete the file to have it made again";

  private static final String WRONG =
      "the index is not that of its segments; delete the file to have it made again";

  private final Report report;
  private final List<File> files = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private List<File> current = List.of();
  private Hash64 hash = Hash64.XXH3;
  private boolean byFrame;
  private final List<Long> keys = new ArrayList<>();

  /** Is told what is wrong. */
  @FunctionalInterface
  interface Report {
    void damaged(String file, long offset, String what);
  }

  /** An index file, and what of it was seen in the segments. */
  private static final class File {
    final SealedIndex index;
    final List<IndexedSegment> segments;
    long events;
    long appends;
    long postings;
    boolean wrong;
    boolean unknown;

    File(SealedIndex index, List<IndexedSegment> segments) {
      this.index = index;
      this.segments = segments;
    }

    boolean covers(SegmentHeader header) {
      return header.number() >= segments.get(0).header().number()
          && header.number() <= segments.get(segments.size() - 1).header().number();
    }
  }

  /**
   * Opens the index files of a folder.
   *
   * @param names of all files
   * @param headers of all segments, by number; null where there is none that is whole
   */
  IndexCheck(Disk disk, List<String> names, List<@Nullable SegmentHeader> headers, Report report)
      throws IOException {
    this.report = report;
    for (String name : names) {
      IndexFile.Range range = IndexFile.range(name);
      if (range != null && range.first() > 0 && range.last() < headers.size()) {
        open(disk, name, range, headers);
      }
    }
  }

  private void open(
      Disk disk, String name, IndexFile.Range range, List<@Nullable SegmentHeader> headers)
      throws IOException {
    List<IndexedSegment> segments = new ArrayList<>();
    for (int i = (int) range.first() - 1; i < range.last(); i++) {
      SegmentHeader header = headers.get(i);
      SegmentHeader next = headers.get(i + 1);
      if (header == null || next == null) {
        return; // it is reported as it is
      }
      segments.add(new IndexedSegment(header, (int) next.previousEnd()));
    }
    SealedIndex index = SealedIndex.open(disk, segments);
    if (index == null) {
      broken.add(name);
    } else if (!index.isWhole()) {
      index.close();
      broken.add(name);
    } else {
      files.add(new File(index, segments));
    }
  }

  /**
   * The frames of a segment follow, opened when it is encrypted.
   *
   * @param key of the segment; null: it is plain
   */
  void segment(SegmentHeader header, @Nullable SegmentKey key) {
    hash = key == null ? Hash64.XXH3 : key.hash();
    byFrame = key != null;
    current = files.stream().filter(file -> file.covers(header)).toList();
  }

  /** Not all frames of a segment could be read, or not opened. */
  void damaged(SegmentHeader header) {
    for (File file : files) {
      file.unknown |= file.covers(header);
    }
  }

  /** A whole frame of the segment. */
  void frame(byte[] bytes, int at, int frameOffset) {
    for (File file : current) {
      if (!file.wrong && !file.unknown) {
        check(file, bytes, at, frameOffset);
      }
    }
  }

  private void check(File file, byte[] bytes, int at, int frameOffset) {
    long first = LittleEndian.getLong(bytes, at + Frame.FIRST);
    int ordinal = (int) (first - file.segments.get(0).header().firstPosition());
    int end = at + LittleEndian.getInt(bytes, at + Frame.LENGTH);
    int content = at + LittleEndian.getInt(bytes, at + Frame.CONTENT);
    int tenantLength = LittleEndian.getShort(bytes, content + Frame.CONTENT_TENANT_LENGTH);
    int event = content + Frame.CONTENT_TENANT + tenantLength;
    long tenant = hash.bytes(bytes, content + Frame.CONTENT_TENANT, tenantLength);
    long id =
        Hash64.XXH3.id(
            LittleEndian.getLong(bytes, at + Frame.ID_HIGH),
            LittleEndian.getLong(bytes, at + Frame.ID_LOW));
    int firstOrdinal = ordinal;
    boolean right = file.index.findAppend(id, found -> found == firstOrdinal);
    file.appends++;
    for (; event < end && right; event += LittleEndian.getInt(bytes, event + Frame.EVENT_LENGTH)) {
      right =
          ordinal < file.index.events()
              && file.index.offset(ordinal) == (byFrame ? frameOffset : frameOffset + event - at)
              && hasKeys(file, bytes, event, tenant, ordinal);
      file.events++;
      ordinal++;
    }
    if (!right) {
      wrong(file);
    }
  }

  private boolean hasKeys(File file, byte[] bytes, int event, long tenant, int ordinal) {
    keys.clear();
    int typeLength = LittleEndian.getShort(bytes, event + Frame.EVENT_TYPE_LENGTH);
    int tag = event + Frame.EVENT_TYPE + typeLength;
    addKey(IndexKey.ofType(tenant, hash.bytes(bytes, event + Frame.EVENT_TYPE, typeLength)));
    for (int i = 0; i < bytes[event + Frame.EVENT_TAGS]; i++) {
      int length = LittleEndian.getShort(bytes, tag + Frame.TAG_LENGTH);
      addKey(IndexKey.ofTag(tenant, hash.bytes(bytes, tag + Frame.TAG_TEXT, length)));
      tag += Frame.TAG_TEXT + length;
    }
    file.postings += keys.size();
    for (long key : keys) {
      Postings found = file.index.postings(key);
      if (found == null || found.ceiling(ordinal) != ordinal) {
        return false;
      }
    }
    return true;
  }

  private void addKey(long key) {
    for (long other : keys) {
      if (IndexFile.stored(other) == IndexFile.stored(key)) {
        return;
      }
    }
    keys.add(key);
  }

  private void wrong(File file) {
    file.wrong = true;
    report.damaged(file.index.file(), 0, WRONG);
  }

  /** There are no more segments. */
  void end() {
    for (String name : broken) {
      report.damaged(name, 0, BROKEN);
    }
    for (File file : files) {
      boolean same =
          file.events == file.index.events()
              && file.appends == file.index.appends()
              && file.postings == file.index.postings();
      if (!file.wrong && !file.unknown && !same) {
        wrong(file);
      }
      file.index.close();
    }
  }
}
