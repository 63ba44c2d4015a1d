package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.log.LogOptions;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the next segment while the writer fills the active one, so that nobody waits for zeros.
 *
 * <p>It begins when an eighth of the active segment is written, so that a small store has no second
 * file, and fills the next one a third faster than the writer goes on, so that it is whole when
 * seven eighths are written. The zeros are written and synced in pieces: a writer's sync beside a
 * small piece takes hardly longer. It never touches the active segment: a failed sync of zeros
 * there could swallow the failure of the writer's own frames.
 *
 * <p>When the writer asks for the segment, it completes it, with as many zeros as there is room for
 * on the disk, and at least those that the writer needs. A full disk otherwise ends only the work
 * ahead; any other failure is the writer's to latch on.
 */
@SuppressWarnings("ReferenceEquality") // of requests
final class Preparer implements Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Preparer.class);
  private static final int SMALLEST_PIECE = 1 << 18;

  private final Disk disk;
  private final Seams seams;
  private final SegmentFiles files;
  private final int segmentBytes;
  private final int largestPiece;
  private final int smallestPiece;
  private final Runnable failed;
  private final IoScript script = new IoScript(this::wake);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private SegmentFiles.Making next;
  private SegmentFiles.@Nullable Making made; // handed over by the completion of the request
  private @Nullable Request current;
  private boolean full;
  private volatile int written;
  private volatile boolean inBulk;
  private volatile int wakeAt;
  private volatile @Nullable Request request;
  private volatile @Nullable IOException failure;
  private volatile boolean closing;
  private volatile Scheduler.@Nullable Running running;

  /** The writer waits for the segment. */
  private record Request(SegmentHeader header, int needed, IoCompletion completion) {}

  /**
   * A preparer that does nothing until it is started.
   *
   * @param active the segment that is written
   * @param failed called when something failed that the writer did not ask for
   */
  Preparer(
      Disk disk,
      Seams seams,
      LogOptions options,
      SegmentFiles files,
      Segment active,
      Runnable failed) {
    this.disk = disk;
    this.seams = seams;
    this.files = files;
    this.segmentBytes = SegmentFiles.wholePages(options.segmentBytes());
    this.largestPiece = SegmentFiles.wholePages(options.prepareBytes());
    this.smallestPiece = Math.min(SMALLEST_PIECE, largestPiece);
    this.failed = failed;
    this.next = new SegmentFiles.Making(active.header().number() + 1);
    this.written = active.end();
  }

  void start() {
    running = seams.scheduler().start("millrace-log-prepare", this);
    wake(); // a completion may have come before there was anyone to wake
  }

  /**
   * The writer has come to an offset of the active segment.
   *
   * @param bulk whether it writes large groups; then zeros, which would double what the disk has to
   *     write, cost more than they save
   */
  void written(int end, boolean bulk) {
    inBulk = bulk;
    written = end;
    if (end >= wakeAt) {
      wake();
    }
  }

  /**
   * Makes the next segment; for the writer, when it is at the end of the active one.
   *
   * @param needed at least so many bytes must be prepared
   * @return what gives {@link #made} when it has ended
   */
  List<IoScript.Step> completing(SegmentHeader header, int needed) {
    return List.of(completion -> {
      request = new Request(header, needed, completion);
      wake();
    });
  }

  /** The segment that was asked for, with its file and how much of it is prepared. */
  SegmentFiles.Making made() {
    return Objects.requireNonNull(made, "not made yet");
  }

  /** What failed, other than for want of room; null: nothing. */
  @Nullable IOException failure() {
    return failure;
  }

  /** The name of the segment that is made. */
  String name() {
    return next.name();
  }

  /** Ends, and deletes what was made ahead. */
  CompletableFuture<Void> close() {
    closing = true;
    wake();
    return ended;
  }

  private void wake() {
    Scheduler.Running current = running;
    if (current != null) {
      current.wake();
    }
  }

  @Override
  public Next step() {
    try {
      Next answer = null;
      while (answer == null) {
        answer = script.running() && !script.advance() ? Next.Signal.WAIT : work();
      }
      return answer;
    } catch (RuntimeException | Error unexpected) { // the writer may not wait for ever
      failed(new IOException(unexpected));
      return Next.Signal.AGAIN;
    }
  }

  /** What comes next when no operation is under way; null: look again. */
  private @Nullable Next work() {
    if (script.running()) {
      return null;
    }
    if (closing) {
      return end();
    }
    Request asked = request;
    if (failure != null) {
      if (asked != null) {
        answer(asked, failure);
      }
      return Next.Signal.WAIT;
    }
    if (asked != null) {
      complete(asked);
      return null;
    }
    int due = due(written);
    if (full || due <= next.prepared()) {
      return sleep();
    }
    prepare(due);
    return null;
  }

  /** Waits until the writer has come so far that there is something to do. */
  private @Nullable Next sleep() {
    wakeAt = full ? Integer.MAX_VALUE : nextDue();
    return written >= wakeAt ? null : Next.Signal.WAIT;
  }

  /** How much of the next segment shall be prepared when the writer has come to an offset. */
  private int due(int written) {
    if (written >= segmentBytes - segmentBytes / 8) {
      return segmentBytes;
    }
    long ahead = Math.max(0, written - segmentBytes / 8) * 4L / 3;
    return (int) (ahead / smallestPiece * smallestPiece);
  }

  /** The offset of the writer at which more of the next segment shall be prepared. */
  private int nextDue() {
    if (next.prepared() >= segmentBytes) {
      return Integer.MAX_VALUE;
    }
    long offset = segmentBytes / 8 + ((long) next.prepared() + smallestPiece) * 3 / 4 + 1;
    return (int) Math.min(offset, segmentBytes - segmentBytes / 8);
  }

  private void prepare(int to) {
    wakeAt = Integer.MAX_VALUE;
    if (next.isBegun() && to <= segmentBytes && inBulk && hasPlenty()) {
      script.start(files.extend(next, segmentBytes), this::prepared);
    } else if (next.isBegun()) {
      int piece = Math.min(to, next.prepared() + largestPiece);
      script.start(files.fill(next, piece), this::prepared);
    } else {
      script.start(files.begin(next), this::prepared);
    }
  }

  private boolean hasPlenty() {
    try {
      return files.hasPlenty(segmentBytes);
    } catch (IOException unknown) {
      return false;
    }
  }

  private void prepared(@Nullable IOException problem) {
    if (problem == null) {
      return;
    }
    if (!DiskFullException.isFull(problem)) {
      failed(problem);
      return;
    }
    full = true;
    Request asked = request;
    if (asked == null) {
      LOG.info(
          "there is no room in {} to make segment {} ahead: {}",
          disk.location(),
          next.name(),
          problem.getMessage());
    } else if (!next.isBegun() || next.prepared() < asked.needed()) {
      answer(asked, problem);
    }
  }

  /** Does what is left to do for a segment that the writer waits for. */
  private void complete(Request asked) {
    if (asked != current) {
      current = asked;
      full = false;
    }
    int whole = Math.max(segmentBytes, asked.needed());
    if (!next.isBegun() || (next.prepared() < whole && !full)) {
      prepare(whole);
      return;
    }
    script.start(
        files.finish(next, asked.header()),
        problem -> {
          if (problem == null) {
            made = next;
            next = new SegmentFiles.Making(asked.header().number() + 1);
            written = SegmentHeader.BYTES;
          }
          answer(asked, problem);
        });
  }

  private void answer(Request asked, @Nullable IOException problem) {
    full = problem != null;
    request = null;
    asked.completion().completed(problem);
  }

  private void failed(IOException problem) {
    failure = problem;
    Request asked = request;
    if (asked != null) {
      answer(asked, problem);
    } else {
      failed.run();
    }
  }

  private Next end() {
    try {
      files.discard(next);
    } catch (IOException | RuntimeException e) { // the next opening deletes it
      LOG.warn("could not delete {} in {}: {}", next.name(), disk.location(), e.toString());
    }
    ended.complete(null);
    return Next.Signal.DONE;
  }
}
