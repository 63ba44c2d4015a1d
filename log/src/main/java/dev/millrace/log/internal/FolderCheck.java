package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.log.Damage;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogStatistics;
import dev.millrace.log.LogVerification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads all files of a store, whatever state they are in, and says what is there and what is wrong.
 */
public final class FolderCheck {
  private static final int MAX_DAMAGE = 1_000;

  private final Disk disk;
  private final List<Damage> damage = new ArrayList<>();
  private final HashSet64 ids = new HashSet64();
  private final HashSet64 tags = new HashSet64();
  private final Map<String, Long> types = new TreeMap<>();
  private final Names names = new Names();
  private final Encryption encryption;
  private @Nullable StoreKeys keys;
  private int segments;
  private int archivedSegments;
  private List<String> scavenges = List.of();
  private long events;
  private long appends;
  private long bytes;
  private long tornBytes;
  private long firstMicros = Long.MAX_VALUE;
  private long lastMicros = Long.MIN_VALUE;

  /** A check of a folder, for one use. */
  public FolderCheck(Disk disk, Encryption encryption) {
    this.disk = disk;
    this.encryption = encryption;
  }

  /** See {@link dev.millrace.log.LogFolder#verify}. */
  public LogVerification verify() {
    readAll(encryption.masterKey() != null);
    return new LogVerification(events, appends, segments, bytes, tornBytes, damage);
  }

  /** See {@link dev.millrace.log.LogFolder#statistics}. */
  public LogStatistics statistics() {
    readAll(true);
    Instant first = appends == 0 ? null : FrameView.instant(firstMicros);
    Instant last = appends == 0 ? null : FrameView.instant(lastMicros);
    return new LogStatistics(
        events,
        appends,
        segments,
        bytes,
        archivedSegments,
        scavenges,
        types,
        tags.size(),
        first,
        last);
  }

  private void readAll(boolean opened) {
    AutoCloseable lock = FolderLocks.take(disk);
    try {
      readSegments(opened);
    } catch (IOException e) {
      throw FolderLocks.unreadable(disk, e);
    } finally {
      Closing.quietly(lock);
    }
  }

  private void readSegments(boolean opened) throws IOException {
    List<String> files = new ArrayList<>(disk.list());
    StoreInMaking.checkFinished(disk, files);
    List<String> all = List.copyOf(files);
    scavenges = Scavenge.record(disk).lines().toList();
    files.removeIf(name -> !SegmentHeader.isSegment(name));
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there is no log store in " + disk.location());
    }
    List<@Nullable SegmentHeader> headers = new ArrayList<>();
    for (String name : files) {
      headers.add(header(name));
    }
    if (opened) {
      keys =
          StoreKeys.forTools(
              disk, encryption.masterKey(), headers, what -> report(KeysFile.NAME, 0, what));
    } else {
      checkKeys(headers);
    }
    IndexCheck indexes = new IndexCheck(disk, all, headers, this::report);
    for (int i = 0; i < files.size(); i++) {
      SegmentHeader header = headers.get(i);
      if (header != null) {
        SegmentHeader next = i + 1 < files.size() ? headers.get(i + 1) : null;
        readSegment(header, next, i + 1 == files.size(), indexes);
      }
    }
    indexes.end();
    String orphan = Recovery.orphan(all, files.size());
    if (orphan != null) {
      report(orphan, 0, Recovery.ORPHAN);
    }
  }

  private @Nullable SegmentHeader header(String name) throws IOException {
    segments++;
    DiskFile file = disk.open(name);
    archivedSegments += file instanceof ArchivedFile ? 1 : 0;
    try {
      SegmentHeader header = Recovery.readHeader(file, disk);
      if (header == null) {
        report(name, 0, "the header is not as it was written");
      } else if (header.number() != segments || !header.fileName().equals(name)) {
        report(name, 0, "segment " + header.number() + " stands where " + segments + " is due");
      }
      return header;
    } finally {
      file.close();
    }
  }

  private void report(String file, long offset, String what) {
    if (damage.size() < MAX_DAMAGE) {
      damage.add(new Damage(file, offset, what));
    }
  }

  private void readSegment(
      SegmentHeader header, @Nullable SegmentHeader next, boolean last, IndexCheck indexes)
      throws IOException {
    String name = header.fileName();
    DiskFile file = disk.open(name);
    try {
      long size = next == null ? file.size() : Math.min(file.size(), next.previousEnd());
      SegmentKey key = keys == null ? null : keys.open(header);
      boolean closed = header.key() != null && key == null;
      indexes.segment(header, key);
      SegmentScan.FrameSink sink =
          closed
              ? this::closedFrame
              : OpenedFrame.opening(
                  key,
                  (frame, at, offset) -> frame(name, frame, at, offset, indexes),
                  offset -> report(name, offset, SegmentKey.CHANGED));
      SegmentScan scan = new SegmentScan(file, header, size);
      int damaged = damage.size();
      scan.run(sink);
      for (String wrong = scan.problem();
          wrong != null && scan.skipDamage();
          wrong = scan.problem()) {
        report(name, scan.problemAt(), wrong);
        scan.run(sink);
      }
      if (scan.problem() != null) {
        if (last && !scan.problemIsDamage()) {
          tornBytes += size - scan.end();
        } else {
          report(name, Math.max(scan.problemAt(), scan.end()), String.valueOf(scan.problem()));
        }
      }
      if (next != null && damage.size() == damaged) {
        checkEnd(name, scan, next);
      }
      if (closed || damage.size() > damaged) {
        indexes.damaged(header);
      }
    } finally {
      file.close();
    }
  }

  private void checkEnd(String name, SegmentScan scan, SegmentHeader next) {
    if (scan.end() != next.previousEnd()) {
      report(
          name,
          scan.end(),
          "the segment ends, but had " + next.previousEnd() + " bytes when it was sealed");
    } else if (scan.nextPosition() != next.lastPositionBefore() + 1
        || scan.nextGroup() != next.firstGroup()) {
      report(name, scan.end(), "segment " + next.number() + " does not continue where it ends");
    }
  }

  /** The file of keys, as far as it can be checked without a key. */
  private void checkKeys(List<@Nullable SegmentHeader> headers) throws IOException {
    for (SegmentHeader header : headers) {
      if (header != null && header.key() != null) {
        try {
          var unused = KeysFile.read(disk, header.identity().id());
        } catch (StoreDamagedException e) {
          report(KeysFile.NAME, 0, KeysFile.DAMAGED);
        }
        return;
      }
    }
  }

  /** A frame of an encrypted segment whose key was not given. */
  private void closedFrame(byte[] frame, int at, int offset) {
    bytes += Frame.aligned(LittleEndian.getInt(frame, at + Frame.LENGTH));
    if (frame[at + Frame.KIND] == Frame.KIND_APPEND) {
      appends++;
      events += LittleEndian.getInt(frame, at + Frame.EVENTS);
    }
  }

  private void frame(String name, byte[] frame, int at, int offset, IndexCheck indexes) {
    int length = LittleEndian.getInt(frame, at + Frame.LENGTH);
    bytes += Frame.aligned(length);
    if (frame[at + Frame.KIND] != Frame.KIND_APPEND) {
      return;
    }
    String wrong = FrameStructure.problem(frame, at, this::event);
    if (wrong != null) {
      report(name, offset, wrong);
      return;
    }
    long high = LittleEndian.getLong(frame, at + Frame.ID_HIGH);
    long low = LittleEndian.getLong(frame, at + Frame.ID_LOW);
    if (!ids.add(Hash64.XXH3.id(high, low))) {
      report(name, offset, "append id " + new java.util.UUID(high, low) + " stands here once more");
    }
    appends++;
    long micros = LittleEndian.getLong(frame, at + Frame.TIME);
    firstMicros = Math.min(firstMicros, micros);
    lastMicros = Math.max(lastMicros, micros);
    indexes.frame(frame, at, offset);
  }

  private void event(byte[] frame, int at) {
    events++;
    int typeLength = LittleEndian.getShort(frame, at + Frame.EVENT_TYPE_LENGTH);
    types.merge(
        names.text(ByteBuffer.wrap(frame), at + Frame.EVENT_TYPE, typeLength), 1L, Long::sum);
    int next = at + Frame.EVENT_TYPE + typeLength;
    for (int i = 0; i < frame[at + Frame.EVENT_TAGS]; i++) {
      int length = LittleEndian.getShort(frame, next + Frame.TAG_LENGTH);
      tags.add(Hash64.XXH3.bytes(frame, next + Frame.TAG_TEXT, length));
      next += Frame.TAG_TEXT + length;
    }
  }
}
