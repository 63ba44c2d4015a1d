package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps that make segments and fill them with zeros ahead of the writes. */
final class SegmentFiles {
  /** What a segment is called until its header is durable. */
  static final String UNFINISHED = ".new";

  private static final int PIECE = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PIECE).asReadOnlyBuffer();
  private static final int PAGE = 4096;

  private final Disk disk;
  private final long reserveBytes;

  SegmentFiles(Disk disk, long reserveBytes) {
    this.disk = disk;
    this.reserveBytes = reserveBytes;
  }

  /** A segment in the making; its file is there when the steps have ended. */
  static final class Making {
    final SegmentHeader header;
    final int prepared;
    private @Nullable DiskFile file;

    Making(SegmentHeader header, int prepared) {
      this.header = header;
      this.prepared = prepared;
    }

    DiskFile file() {
      return Objects.requireNonNull(file, "not made yet");
    }
  }

  static int wholePages(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE & -PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
  }

  /**
   * Makes a segment under another name, durable with its header and zeros, and then gives it its
   * own.
   */
  List<IoScript.Step> make(Making making) {
    String name = making.header.fileName();
    String unfinished = name + UNFINISHED;
    List<IoScript.Step> steps = new ArrayList<>();
    steps.add(IoScript.now(() -> checkRoom(making.prepared)));
    steps.add(IoScript.now(() -> disk.delete(unfinished)));
    steps.add(IoScript.now(() -> making.file = disk.create(unfinished)));
    steps.add(
        completion -> making.file().write(0, ByteBuffer.wrap(making.header.encode()), completion));
    for (int at = SegmentHeader.BYTES; at < making.prepared; at += PIECE) {
      int from = at;
      int length = Math.min(PIECE, making.prepared - at);
      steps.add(completion -> making.file().write(from, zeros(length), completion));
    }
    steps.add(SyncFailedException.sync(completion -> making.file().sync(completion)));
    steps.add(IoScript.now(() -> making.file().close()));
    steps.add(IoScript.now(() -> disk.rename(unfinished, name)));
    steps.add(SyncFailedException.sync(disk::sync));
    steps.add(IoScript.now(() -> making.file = disk.open(name)));
    return steps;
  }

  /** Fills a range with zeros and syncs it. */
  List<IoScript.Step> prepare(DiskFile file, int from, int to) {
    List<IoScript.Step> steps = new ArrayList<>();
    steps.add(IoScript.now(() -> checkRoom(to - from)));
    for (int at = from; at < to; at += PIECE) {
      int start = at;
      int length = Math.min(PIECE, to - at);
      steps.add(completion -> file.write(start, zeros(length), completion));
    }
    steps.add(SyncFailedException.sync(file::sync));
    return steps;
  }

  private void checkRoom(long bytes) throws IOException {
    long usable = disk.usableBytes();
    if (usable - bytes < reserveBytes) {
      throw new DiskFullException(
          "only " + usable + " bytes are free on the disk, of which " + reserveBytes + " are kept");
    }
  }

  private static ByteBuffer zeros(int length) {
    return ZEROS.duplicate().limit(length);
  }
}
