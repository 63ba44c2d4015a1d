package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a backup copies: the segments that a store has at a moment, each up to an end.
 *
 * @param header of the segment
 * @param end where the frames end that are copied
 * @param sealed whether nothing will be added to it
 */
record BackupSource(SegmentHeader header, int end, boolean sealed) {
  /**
   * How often the active segment is read again when another process writes into what is being read:
   * the second look shows what the first came too early for.
   */
  private static final int MAX_LOOKS = 100;

  /** Of a store that is open in this process: all that is durable. */
  static List<BackupSource> of(Segment[] segments) {
    List<BackupSource> all = new ArrayList<>();
    for (int i = 0; i < segments.length; i++) {
      boolean sealed = i + 1 < segments.length;
      all.add(new BackupSource(segments[i].header(), segments[i].end(), sealed));
    }
    return all;
  }

  /**
   * Of a folder, whoever has it open. No lock is needed: what a segment holds never changes, and
   * frames that are whole, in order from the front, are what was decided up to some append.
   */
  static List<BackupSource> of(Disk disk) throws IOException {
    List<String> names = new ArrayList<>(disk.list());
    StoreInMaking.checkFinished(disk, names);
    names.removeIf(name -> !SegmentHeader.isSegment(name));
    if (names.isEmpty()) {
      throw new IllegalArgumentException("there is no log store in " + disk.location());
    }
    List<SegmentHeader> headers = new ArrayList<>();
    for (String name : names) {
      DiskFile file = disk.open(name);
      try {
        headers.add(Recovery.header(disk, file, headers));
      } finally {
        file.close();
      }
    }
    List<BackupSource> all = new ArrayList<>();
    for (int i = 0; i + 1 < headers.size(); i++) {
      all.add(new BackupSource(headers.get(i), (int) headers.get(i + 1).previousEnd(), true));
    }
    SegmentHeader active = headers.get(headers.size() - 1);
    all.add(new BackupSource(active, activeEnd(disk, active), false));
    return all;
  }

  private static int activeEnd(Disk disk, SegmentHeader header) throws IOException {
    int before = -1;
    for (int look = 0; look < MAX_LOOKS; look++) {
      DiskFile file = disk.open(header.fileName());
      try {
        SegmentScan scan = new SegmentScan(file, header, file.size());
        scan.run((bytes, at, offset) -> {});
        if (scan.problem() == null || !scan.problemIsDamage()) {
          return scan.end();
        }
        if (scan.end() == before) {
          throw Recovery.damaged(
              disk, header.fileName(), scan.problemAt(), String.valueOf(scan.problem()));
        }
        before = scan.end();
      } finally {
        file.close();
      }
    }
    throw new StoreFailedException(
        "the end of "
            + header.fileName()
            + " in "
            + disk.location()
            + " changed at each of "
            + MAX_LOOKS
            + " looks; make the backup again, or from the process that has the store");
  }
}
