package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps that make segments and fill them with zeros ahead of the writes. */
final class SegmentFiles {
  /** What a segment is called until its header is durable. */
  static final String UNFINISHED = ".new";

  private static final int PIECE = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PIECE).asReadOnlyBuffer();
  private static final int PAGE = 4096;
  private static final long PLENTY = 16;

  private final Disk disk;
  private final long reserveBytes;

  SegmentFiles(Disk disk, long reserveBytes) {
    this.disk = disk;
    this.reserveBytes = reserveBytes;
  }

  /**
   * A segment in the making: zeros under another name, until it is known what goes before it and
   * its header can be written.
   */
  static final class Making {
    private final long number;
    private @Nullable DiskFile file;
    private int prepared;
    private boolean hole;

    Making(long number) {
      this.number = number;
    }

    String name() {
      return SegmentHeader.fileName(number);
    }

    private String unfinishedName() {
      return name() + UNFINISHED;
    }

    /** The file; its name is the segment's own when all steps have ended. */
    DiskFile file() {
      return Objects.requireNonNull(file, "not made yet");
    }

    boolean isBegun() {
      return file != null;
    }

    /** Every byte before it is there, and after the header a zero. */
    int prepared() {
      return prepared;
    }
  }

  static int wholePages(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE & -PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
  }

  /** Makes a segment with as many zeros, durable before it gets its name. */
  List<IoScript.Step> make(Making making, SegmentHeader header, int prepared) {
    List<IoScript.Step> steps = new ArrayList<>(begin(making));
    steps.add(IoScript.now(() -> checkRoom(prepared)));
    zeros(steps, making::file, 0, prepared);
    steps.addAll(finish(making, header));
    steps.add(IoScript.now(() -> making.prepared = prepared));
    return steps;
  }

  /** Creates the file, empty and under another name. */
  List<IoScript.Step> begin(Making making) {
    return List.of(
        IoScript.now(() -> disk.delete(making.unfinishedName())),
        IoScript.now(() -> {
          making.file = disk.create(making.unfinishedName());
          making.prepared = 0;
          making.hole = false;
        }));
  }

  /** Fills a segment in the making with durable zeros. */
  List<IoScript.Step> fill(Making making, int to) {
    List<IoScript.Step> steps = prepare(making.file(), making.prepared, to);
    steps.add(IoScript.now(() -> making.prepared = to));
    return steps;
  }

  /**
   * Whether there is so much room on the disk that none must be taken ahead: others would have to
   * write {@value #PLENTY} segments while one is filled.
   */
  boolean hasPlenty(int segmentBytes) throws IOException {
    return disk.usableBytes() - reserveBytes >= PLENTY * segmentBytes;
  }

  /**
   * Makes a segment in the making as long as it shall be, durably, with a hole that reads as zeros.
   * Then a sync of what is written into the hole has to note where that is, too. The header will
   * say so: whoever opens the segment later cannot know that there is still room for it.
   */
  List<IoScript.Step> extend(Making making, int to) {
    int from = making.prepared;
    return List.of(
        IoScript.now(() -> checkRoom(to - from)),
        completion -> making.file().write(to - PAGE, zeros(PAGE), completion),
        SyncFailedException.sync(completion -> making.file().sync(completion)),
        IoScript.now(() -> {
          making.prepared = to;
          making.hole = true;
        }));
  }

  /** Writes the header and gives the segment its name, all of it durable. */
  List<IoScript.Step> finish(Making making, SegmentHeader header) {
    ByteBuffer page = ByteBuffer.wrap(header.with(making.hole).encode());
    return List.of(
        completion -> making.file().write(0, page, completion),
        SyncFailedException.sync(completion -> making.file().sync(completion)),
        IoScript.now(() -> {
          making.file().close();
          making.file = null;
        }),
        IoScript.now(() -> disk.rename(making.unfinishedName(), making.name())),
        SyncFailedException.sync(disk::sync),
        IoScript.now(() -> making.file = disk.open(making.name())));
  }

  /** Gives up a segment in the making. */
  void discard(Making making) throws IOException {
    if (making.file != null) {
      making.file.close();
      disk.delete(making.unfinishedName());
    }
  }

  /** Fills a range with zeros and syncs it. */
  List<IoScript.Step> prepare(DiskFile file, int from, int to) {
    List<IoScript.Step> steps = new ArrayList<>();
    steps.add(IoScript.now(() -> checkRoom(to - from)));
    zeros(steps, () -> file, from, to);
    steps.add(SyncFailedException.sync(file::sync));
    return steps;
  }

  private static void zeros(List<IoScript.Step> steps, Supplier<DiskFile> file, int from, int to) {
    for (int at = from; at < to; at += PIECE) {
      int start = at;
      int length = Math.min(PIECE, to - at);
      steps.add(completion -> file.get().write(start, zeros(length), completion));
    }
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
