package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.log.ArchivePolicy;
import dev.millrace.log.LogArchival;
import dev.millrace.log.LogProgress;
import dev.millrace.log.spi.Archive;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Moves sealed segments of an open store to an archive, one after the other, and back.
 *
 * <p>To an archive: the copy is made, read back and compared; a note says where it is; then the
 * header alone takes the place of the segment. Each step is durable before the next begins, so that
 * whatever happens, the frames are here, or a note says where they are. Back: the frames take the
 * place of the header, then the note goes. Readers that have the file of before go on with it.
 */
final class Archiver {
  private static final Duration PATIENCE = Duration.ofMillis(50);
  private static final int MAX_LOOKS = 6_000;
  private static final int PIECE = 1 << 20;

  private final ArchivedDisk disk;
  private final Seams seams;
  private final Visible visible;
  private final long reserveBytes;
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  Archiver(ArchivedDisk disk, Seams seams, Visible visible, long reserveBytes) {
    this.disk = disk;
    this.seams = seams;
    this.visible = visible;
    this.reserveBytes = reserveBytes;
  }

  /** Moves what a policy wants to have in an archive. */
  CompletableFuture<LogArchival> move(ArchivePolicy policy, LogProgress progress) {
    return next(
        "archiving segments of " + disk.location() + " to " + policy.to(),
        () -> {
          Archive archive = disk.archive(policy.to());
          Work work = new Work(progress, archive);
          work.todo.addAll(due(policy));
          return work;
        });
  }

  /** Fetches everything back. */
  CompletableFuture<LogArchival> fetchBack(LogProgress progress) {
    return next(
        "fetching segments of " + disk.location() + " back",
        () -> {
          Work work = new Work(progress, null);
          for (Segment segment : visible.segments()) {
            if (segment.file() instanceof ArchivedFile) {
              work.todo.add(segment);
            }
          }
          return work;
        });
  }

  /** Completes when nothing is being moved. */
  synchronized CompletableFuture<Void> drain() {
    return last;
  }

  private interface Plan {
    Work work() throws IOException;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private synchronized CompletableFuture<LogArchival> next(String what, Plan plan) {
    CompletableFuture<LogArchival> moved =
        last.thenCompose(free ->
                seams
                    .scheduler()
                    .call("millrace-log-archive", plan::work)
                    .thenCompose(work -> work.run()))
            .handle((result, failed) -> {
              CopyFailure.check(failed, what, "try again: nothing is lost");
              return Objects.requireNonNull(result);
            });
    last = moved.handle((ended, failed) -> null);
    return moved;
  }

  /** The segments that a policy wants elsewhere, the oldest first. */
  private List<Segment> due(ArchivePolicy policy) {
    Segment[] segments = visible.segments();
    Instant now = seams.clock().instant();
    long kept = segments[segments.length - 1].end();
    int keepFrom = segments.length - 1;
    while (keepFrom > 0 && kept + segments[keepFrom - 1].end() <= policy.keepBytes()) {
      kept += segments[--keepFrom].end();
    }
    List<Segment> due = new ArrayList<>();
    for (int i = 0; i < segments.length - 1; i++) {
      boolean here = !(segments[i].file() instanceof ArchivedFile);
      if (here && (i < keepFrom || isOld(segments[i + 1].header(), policy.olderThan(), now))) {
        due.add(segments[i]);
      }
    }
    return due;
  }

  /** Whether all events before a segment are older than an age. */
  private static boolean isOld(SegmentHeader next, @Nullable Duration age, Instant now) {
    return age != null && FrameView.instant(next.createdMicros()).isBefore(now.minus(age));
  }

  int archivedSegments() {
    int archived = 0;
    for (Segment segment : visible.segments()) {
      archived += segment.file() instanceof ArchivedFile ? 1 : 0;
    }
    return archived;
  }

  /** How things stand. */
  private LogArchival standing(int moved, long movedBytes) {
    Segment[] segments = visible.segments();
    int archived = 0;
    long archivedBytes = 0;
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.end();
      if (segment.file() instanceof ArchivedFile) {
        archived++;
        archivedBytes += segment.end();
      }
    }
    return new LogArchival(moved, movedBytes, archived, archivedBytes, segments.length, bytes);
  }

  /** What is moved with one request. */
  private final class Work {
    private final LogProgress progress;
    private final @Nullable Archive archive;
    private final Deque<Segment> todo = new ArrayDeque<>();
    private int moved;
    private long movedBytes;
    private long total;

    /**
     * Nothing yet.
     *
     * @param archive where to; null: back
     */
    Work(LogProgress progress, @Nullable Archive archive) {
      this.progress = progress;
      this.archive = archive;
    }

    CompletableFuture<LogArchival> run() {
      total = todo.stream().mapToLong(Segment::end).sum();
      return one();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
    private CompletableFuture<LogArchival> one() {
      Segment segment = todo.poll();
      CopyProgress.report(progress, movedBytes, total, disk);
      if (segment == null) {
        return CompletableFuture.completedFuture(standing(moved, movedBytes));
      }
      Archive to = archive;
      CompletableFuture<Void> step = to == null ? back(segment) : archive(segment, to, 0);
      return step.thenCompose(done -> {
        moved++;
        movedBytes += segment.end();
        // through the scheduler: the chain of many segments must not grow the stack
        return seams.scheduler().call("millrace-log-archive", this::one).thenCompose(rest -> rest);
      });
    }

    /** Only with an index file: the writer must not need the frames to make one. */
    private CompletableFuture<Void> archive(Segment segment, Archive to, int looks) {
      if (isIndexed(segment)) {
        return put(segment, to);
      }
      CopyProgress.report(progress, movedBytes, total, disk);
      if (looks == MAX_LOOKS) {
        throw new StoreFailedException(
            "segment " + segment.header().fileName() + " has no index file yet", null);
      }
      return seams
          .scheduler()
          .after(PATIENCE)
          .thenCompose(later -> archive(segment, to, looks + 1));
    }

    private boolean isIndexed(Segment segment) {
      Run[] runs = visible.runs();
      RunIndex index = runs[Visible.indexOf(runs, segment.firstPosition())].index();
      return !(index instanceof ActiveIndex) && !(index instanceof MissingIndex);
    }

    private CompletableFuture<Void> put(Segment segment, Archive to) {
      DiskFile file = segment.file();
      int length = segment.end();
      SegmentHeader header = segment.header();
      String name = ArchiveNote.objectName(header);
      int checksum;
      try {
        checkWhole(file, header, length);
        checksum = FileChecksum.of(file, length);
      } catch (IOException e) {
        throw new CompletionException(e);
      }
      return to.put(name, file, length)
          .thenCompose(there -> {
            checkCopy(to, name, length, checksum);
            Instant now = seams.clock().instant();
            ArchiveNote note =
                new ArchiveNote(header.number(), to.location(), name, length, checksum, now);
            return run(cut(segment, note));
          });
    }

    private void checkWhole(DiskFile file, SegmentHeader header, int length) throws IOException {
      SegmentScan scan = new SegmentScan(file, header, length);
      scan.run((bytes, at, offset) -> {});
      if (scan.problem() != null || scan.end() != length) {
        throw Recovery.damaged(disk, header.fileName(), scan.end(), String.valueOf(scan.problem()));
      }
    }

    private void checkCopy(Archive to, String name, int length, int checksum) {
      try {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        for (int at = 0; at < length; at += PIECE) {
          crc.update(to.get(name, at, Math.min(PIECE, length - at)));
        }
        if ((int) crc.getValue() != checksum || to.size(name).orElse(-1) != length) {
          throw new IOException(name + " in " + to.location() + " reads not as written");
        }
      } catch (IOException e) {
        throw new CompletionException(e);
      }
    }

    private List<IoScript.Step> cut(Segment segment, ArchiveNote note) {
      String name = segment.header().fileName();
      String noteName = ArchiveNote.fileName(segment.header().number());
      List<IoScript.Step> steps = new ArrayList<>();
      steps.addAll(NewFile.steps(disk, noteName + SegmentFiles.UNFINISHED, noteName, note::encode));
      steps.add(disk::sync);
      steps.addAll(
          NewFile.steps(
              disk, name + SegmentFiles.UNFINISHED, name, () -> segment.header().encode()));
      steps.add(disk::sync);
      steps.add(IoScript.now(() -> segment.moveTo(disk.open(name))));
      return steps;
    }

    private CompletableFuture<Void> back(Segment segment) {
      ArchivedFile file = (ArchivedFile) segment.file();
      ArchiveNote note = file.note();
      String name = segment.header().fileName();
      FileCopy copy = new FileCopy(file, note.bytes(), disk, name + SegmentFiles.UNFINISHED, null);
      boolean[] named = new boolean[1];
      return IoSeries.run(() -> {
        if (copy.copied() == 0) {
          checkRoom(note.bytes());
        }
        List<IoScript.Step> piece = copy.next();
        if (piece != null || named[0]) {
          return piece;
        }
        if (copy.checksum() != note.checksum()) {
          throw new IOException(
              note.name() + " in " + note.location() + " is not as it was put there");
        }
        named[0] = true;
        return List.of(
            IoScript.now(() -> disk.rename(name + SegmentFiles.UNFINISHED, name)),
            disk::sync,
            IoScript.now(() -> segment.moveTo(disk.open(name))),
            IoScript.now(() -> disk.delete(ArchiveNote.fileName(note.segment()))),
            disk::sync);
      });
    }

    private void checkRoom(long bytes) throws IOException {
      if (disk.usableBytes() - bytes < reserveBytes) {
        throw new StoreFullException(
            "there is no room for " + bytes + " bytes on the disk of " + disk.location());
      }
    }

    private CompletableFuture<Void> run(List<IoScript.Step> steps) {
      Deque<List<IoScript.Step>> all = new ArrayDeque<>(List.of(steps));
      return IoSeries.run(all::poll);
    }
  }
}
