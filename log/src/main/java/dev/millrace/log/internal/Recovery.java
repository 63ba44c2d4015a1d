package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.UnsupportedStoreException;
import dev.millrace.log.RecoveryReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder and decides what is there: whole, torn or damaged. It changes nothing; what has to
 * be done before the store may be used is handed on as {@link Found#repairs}.
 */
final class Recovery {
  private final Disk disk;
  private final Hash64 hash;
  private final Rereading rereading;
  private final StoreKeys keys;
  private final boolean turnsOn;
  private final RandomGenerator random;

  /**
   * A recovery.
   *
   * @param rereading makes the indexes that are missing, when they are needed
   * @param keys of the segments
   * @param turnsOn whether a plain store may be opened with a key
   * @param random where the nonces of what is appended begin
   */
  Recovery(
      Disk disk,
      Hash64 hash,
      Rereading rereading,
      StoreKeys keys,
      boolean turnsOn,
      RandomGenerator random) {
    this.disk = disk;
    this.hash = hash;
    this.rereading = rereading;
    this.keys = keys;
    this.turnsOn = turnsOn;
    this.random = random;
  }

  /** A store that is there, and the steps after which it may be used. */
  record Found(
      List<Segment> segments,
      List<Run> sealed,
      Tail tail,
      RecoveryReport report,
      List<IoScript.Step> repairs) {

    /** Closes all files: the store is not used after all. */
    void close() {
      for (Segment segment : segments) {
        Closing.quietly(segment.file());
      }
      sealed.forEach(Run::closeIndex);
    }
  }

  /** Reads the folder; null when there is no store in it. */
  @Nullable Found find() throws IOException {
    List<String> names = new ArrayList<>();
    List<IoScript.Step> repairs = new ArrayList<>();
    List<String> all = disk.list();
    StoreInMaking.checkFinished(disk, all);
    for (String name : all) {
      if (SegmentHeader.isSegment(name)) {
        names.add(name);
      } else if (name.endsWith(SegmentFiles.UNFINISHED)) {
        repairs.add(IoScript.now(() -> disk.delete(name)));
      }
    }
    String orphan = orphan(all, names.size());
    if (orphan != null) {
      throw damaged(disk, orphan, 0, ORPHAN);
    }
    return names.isEmpty() ? null : read(names, all, repairs);
  }

  /** What is wrong with an {@link #orphan}. */
  static final String ORPHAN =
      "it is the index of a segment that had a successor, but the successor is missing";

  /**
   * An index file that proves that segments were deleted from the end: an index is only made when
   * the next segment is durable. Null: there is none.
   */
  static @Nullable String orphan(List<String> files, long segments) {
    for (String name : files) {
      IndexFile.Range range = IndexFile.range(name);
      if (range != null && range.last() >= segments) {
        return name;
      }
    }
    return null;
  }

  private Found read(List<String> names, List<String> all, List<IoScript.Step> repairs)
      throws IOException {
    List<SegmentHeader> headers = new ArrayList<>();
    List<DiskFile> files = new ArrayList<>();
    try {
      for (String name : names) {
        DiskFile file = disk.open(name);
        files.add(file);
        headers.add(header(disk, file, headers));
      }
      openKeys(headers, repairs);
      return segments(headers, files, all, repairs);
    } catch (IOException | RuntimeException e) {
      for (DiskFile file : files) {
        file.close();
      }
      throw e;
    }
  }

  /** Unwraps the keys of all segments, so that a wrong one is refused before anything is done. */
  private void openKeys(List<SegmentHeader> headers, List<IoScript.Step> repairs)
      throws IOException {
    SegmentHeader newest = headers.get(headers.size() - 1);
    if (newest.key() == null) {
      if (keys.encrypts() && !turnsOn) {
        throw StoreKeys.notEncrypted(disk);
      }
      return;
    }
    keys.read(newest.identity().id());
    boolean lacks = false;
    for (SegmentHeader header : headers) {
      SegmentKey unused = keys.open(header);
      lacks |= keys.lacks(header);
      keys.add(header);
    }
    if (lacks) { // its copy was lost, or the segment comes from a salvage or a restore
      repairs.addAll(keys.save());
      repairs.add(disk::sync);
    }
  }

  /** The header of a segment, which must follow those before it. */
  static SegmentHeader header(Disk disk, DiskFile file, List<SegmentHeader> before)
      throws IOException {
    SegmentHeader header = readHeader(file, disk);
    long due = before.size() + 1L;
    if (header == null) {
      throw damaged(disk, file.name(), 0, "the header is not as it was written");
    }
    if (header.number() != due || !header.fileName().equals(file.name())) {
      throw damaged(
          disk, file.name(), 0, "segment " + header.number() + " stands where " + due + " is due");
    }
    if (!before.isEmpty()) {
      StoreIdentity identity = before.get(0).identity();
      if (!header.identity().equals(identity)) {
        throw damaged(
            disk, file.name(), 0, "it belongs to store " + header.identity() + ", not " + identity);
      }
      if (header.key() == null && before.get(before.size() - 1).key() != null) {
        throw damaged(disk, file.name(), 0, PLAIN_AFTER_ENCRYPTED);
      }
    }
    return header;
  }

  static final String PLAIN_AFTER_ENCRYPTED = "it is not encrypted, but the segment before it is";

  static @Nullable SegmentHeader readHeader(DiskFile file, Disk disk) throws IOException {
    long size = file.size();
    if (size < SegmentHeader.BYTES) {
      return null;
    }
    try {
      ByteBuffer page = file.read(0, SegmentHeader.BYTES);
      file.prefetch(0, SegmentHeader.BYTES);
      return SegmentHeader.decode(page);
    } catch (SegmentHeader.WrongVersion e) {
      throw new UnsupportedStoreException(
          "file "
              + file.name()
              + " in "
              + disk.location()
              + " has format version "
              + e.version
              + ", but this version of Millrace reads versions up to "
              + SegmentHeader.VERSION
              + "; open it with the version that wrote it",
          e);
    }
  }

  private Found segments(
      List<SegmentHeader> headers,
      List<DiskFile> files,
      List<String> all,
      List<IoScript.Step> repairs)
      throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < headers.size() - 1; i++) {
      segments.add(sealed(headers.get(i), headers.get(i + 1), files.get(i)));
    }
    SegmentHeader header = headers.get(headers.size() - 1);
    DiskFile file = files.get(files.size() - 1);
    SegmentKey key = keys.open(header);
    ActiveIndex index = new ActiveIndex(hash, key);
    long size = file.size();
    SegmentScan scan = new SegmentScan(file, header, size);
    scan.run(
        OpenedFrame.opening(
            key,
            index::addIfAppend,
            offset -> {
              throw damaged(disk, header.fileName(), offset, SegmentKey.CHANGED);
            }));
    boolean torn = scan.problem() != null;
    if (torn && scan.problemIsDamage()) {
      throw damaged(disk, file.name(), scan.problemAt(), String.valueOf(scan.problem()));
    }
    int end = Frame.aligned(scan.end());
    if (torn) {
      repairs.add(IoScript.now(() -> file.truncate(scan.end())));
    }
    makeDurable(header, file, scan, repairs);
    Segment active = new Segment(header, file, key, scan.end());
    segments.add(active);
    IndexFolder indexes = new IndexFolder(disk, all, segments, rereading);
    for (String useless : indexes.useless()) {
      repairs.add(IoScript.now(() -> disk.delete(useless)));
    }
    boolean zeros = !torn && !header.hole(); // into a hole they are written again
    Tail tail = tail(active, index, scan, zeros ? (int) Math.max(end, size & -8) : end);
    long tornBytes = torn ? size - scan.end() : 0;
    RecoveryReport report =
        new RecoveryReport(
            false,
            scan.clean() && !torn,
            scan.marked() || (scan.end() == SegmentHeader.BYTES),
            tail.nextPosition - 1,
            segments.size(),
            torn ? file.name() : null,
            torn ? scan.end() : 0,
            tornBytes,
            indexes.missingIndexes());
    return new Found(segments, indexes.runs(), tail, report, repairs);
  }

  /**
   * Makes what was found durable before anyone sees it. The process before may have died of a
   * failed sync: reads still show what it wrote, but a sync alone would no longer write it. So the
   * last group, which nothing proves, is written again. A marker is, too, but needs no copy: no
   * event is lost with it. A segment without groups is made again as a whole, by {@link Opening},
   * since its entry in the folder may be lost in the same way.
   */
  private void makeDurable(
      SegmentHeader header, DiskFile file, SegmentScan scan, List<IoScript.Step> repairs)
      throws IOException {
    if (!scan.isEmpty()) {
      repairs.addAll(
          scan.marked()
              ? LastGroup.writeMarkerAgain(disk, file, scan.lastGroup(), scan.end())
              : LastGroup.writeAgain(disk, header, file, scan.lastGroup(), scan.end()));
    }
  }

  private Tail tail(Segment active, ActiveIndex index, SegmentScan scan, int prepared) {
    Tail tail = new Tail(active, index, random);
    tail.end = Frame.aligned(scan.end());
    tail.prepared = prepared;
    tail.nextGroup = scan.nextGroup();
    tail.nextPosition = scan.nextPosition();
    tail.lastMicros = scan.lastMicros();
    tail.proven = scan.marked() || tail.isEmpty();
    tail.clean = scan.clean();
    return tail;
  }

  /** A sealed segment, which nothing has read yet. */
  private Segment sealed(SegmentHeader header, SegmentHeader next, DiskFile file)
      throws IOException {
    long end = next.previousEnd();
    if (end < SegmentHeader.BYTES || end > Integer.MAX_VALUE || file.size() < end) {
      throw damaged(
          disk,
          file.name(),
          Math.min(file.size(), end),
          "the segment ends, but had " + end + " bytes when it was sealed");
    }
    Segment segment = new Segment(header, file, keys.open(header), (int) end);
    segment.checkOnRead();
    return segment;
  }

  static StoreDamagedException damaged(Disk disk, String file, long offset, String what) {
    return new StoreDamagedException(
        "file "
            + file
            + " in "
            + disk.location()
            + " is damaged at offset "
            + offset
            + ": "
            + what
            + ". It was whole when it was written, so the disk or something else changed it."
            + " Nothing was changed by opening. Keep a copy of the folder, run 'millrace log"
            + " verify' to see all of the damage, and restore the folder from a backup, or write"
            + " what is whole to a new folder with 'millrace log salvage'");
  }
}
