package dev.millrace.log.internal;

import dev.millrace.core.seam.IoCompletion;
import dev.millrace.core.seam.Seams;
import dev.millrace.log.LogOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sees that there is room for what the writer writes next: durable zeros in the active segment, or
 * another segment. So a full disk is met before a group is formed, where nothing can be torn.
 *
 * <p>A segment that the {@link Preparer} made is whole when it becomes active. Only the one that
 * the store was opened with, and one that was made on a full disk, are filled here, in pieces that
 * are small until the groups are large.
 */
final class Room {
  private static final int SMALLEST_PIECE = 1 << 18;

  private final Seams seams;
  private final LogOptions options;
  private final SegmentFiles files;
  private final Preparer preparer;
  private final StoreKeys keys;
  private final DiskWatch watch;
  private final IoScript script;
  private final Owner owner;
  private boolean full;

  /** Who waits for room. */
  interface Owner {
    /** There is a new active segment. */
    void rolled(SegmentHeader header, SegmentFiles.Making made);

    /** Something failed, other than for want of room. */
    void failed(String what, IOException failure);
  }

  Room(
      Seams seams,
      LogOptions options,
      SegmentFiles files,
      Preparer preparer,
      StoreKeys keys,
      DiskWatch watch,
      IoScript script,
      Owner owner) {
    this.seams = seams;
    this.options = options;
    this.files = files;
    this.preparer = preparer;
    this.keys = keys;
    this.watch = watch;
    this.script = script;
    this.owner = owner;
  }

  /** Whether the disk was full when room was to be made; what waits for it shall be refused. */
  boolean isFull() {
    return full;
  }

  /** What waited was refused: the next one shall try for itself. */
  void tryAgain() {
    full = false;
  }

  /**
   * Whether an append fits in the prepared part of the segment; if not, starts what makes room.
   *
   * @param usual what a group was long, of late
   */
  boolean isFor(PendingAppend append, Tail tail, int usual) {
    long needed = (long) tail.end + append.frameBytes() + Tail.MARKERS;
    if (!tail.isEmpty() && needed > options.segmentBytes()) {
      roll(append, tail);
      return false;
    }
    if (needed > tail.prepared) {
      prepare(tail, needed, usual);
      return false;
    }
    return true;
  }

  /** The same for a marker, which always belongs into the active segment. */
  boolean isForMarker(Tail tail) {
    if (tail.end + Frame.HEADER_BYTES <= tail.prepared) {
      return true;
    }
    if (!full) {
      prepare(tail, (long) tail.end + Tail.MARKERS, 0);
    }
    return false;
  }

  private void prepare(Tail tail, long needed, int usual) {
    int from = tail.prepared;
    int piece = Math.min(options.prepareBytes(), Math.max(SMALLEST_PIECE, 4 * usual));
    long end = Math.min((long) from + piece, options.segmentBytes());
    int to = SegmentFiles.wholePages(Math.max(needed, end));
    script.start(
        files.prepare(tail.segment.file(), from, to),
        failed -> {
          if (failed == null) {
            tail.prepared = to;
            watch.succeeded();
          } else {
            noRoom("preparing segment " + tail.segment.header().fileName(), failed);
          }
        });
  }

  private void roll(PendingAppend append, Tail tail) {
    long salt = seams.random().nextLong() | 1;
    SegmentHeader old = tail.segment.header();
    if (!keys.encrypts()) {
      roll(old.next(salt, tail, null), append, Turns.NONE);
      return;
    }
    WrappedKey[] drawn = new WrappedKey[1];
    Turns.Turn turn = keys.turn(); // the master key does not change between drawing and saving
    script.start(
        List.of(
            completion -> {
              CompletableFuture<Void> unused =
                  turn.begun().thenRun(() -> completion.completed(null));
            },
            completion -> draw(old, salt, drawn, completion)),
        failed -> {
          if (failed == null) {
            roll(old.next(salt, tail, drawn[0]), append, turn);
          } else {
            turn.end();
            owner.failed("wrapping the key of a new segment", failed);
          }
        });
  }

  /** Wrapping may take as long as a request to a key service does. */
  private void draw(SegmentHeader old, long salt, WrappedKey[] drawn, IoCompletion completion) {
    CompletableFuture<Void> unused =
        seams
            .scheduler()
            .call(
                "millrace-log-key",
                () -> drawn[0] = keys.draw(old.identity(), old.number() + 1, salt, seams.random()))
            .handle((key, failed) -> {
              completion.completed(failed == null ? null : new IOException(failed));
              return null;
            });
  }

  private void roll(SegmentHeader header, PendingAppend append, Turns.Turn turn) {
    int needed =
        SegmentFiles.wholePages((long) SegmentHeader.BYTES + append.frameBytes() + Tail.MARKERS);
    List<IoScript.Step> steps = new ArrayList<>(keys.saveFor(header));
    steps.add(IoScript.now(turn::end));
    steps.addAll(preparer.completing(header, needed));
    script.start(
        steps,
        failed -> {
          if (failed == null) {
            watch.succeeded();
            owner.rolled(header, preparer.made());
          } else {
            turn.end();
            keys.forget(header);
            noRoom("making segment " + header.fileName(), failed);
          }
        });
  }

  /** A full disk refuses what waits; any other failure ends the store. */
  private void noRoom(String what, IOException failed) {
    if (DiskFullException.isFull(failed)) {
      watch.refused(what, failed);
      full = true;
    } else {
      owner.failed(what, failed);
    }
  }
}
