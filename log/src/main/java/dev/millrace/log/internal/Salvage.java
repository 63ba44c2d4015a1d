package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogProgress;
import dev.millrace.log.LogSalvage;
import dev.millrace.log.LogSalvage.Lost;
import dev.millrace.log.LogSalvage.Missing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes the whole frames of a store's files into a new folder, and notes what is not whole.
 *
 * <p>A frame is an append, so that each is there with all of its events or not at all. Events keep
 * their positions; the new store has a new history epoch, since whoever read the old one may have
 * seen what is missing now.
 */
public final class Salvage {
  private final Disk source;
  private final Disk target;
  private final LogProgress progress;
  private final StoreInMaking making;
  private final HashSet64 ids = new HashSet64();
  private final List<Lost> lost = new ArrayList<>();
  private final List<Missing> missing = new ArrayList<>();
  private final List<SourceSegment> segments;
  private final @Nullable StoreIdentity old;
  private final StoreBuilder builder;
  private final StoreIdentity identity;
  private final StoreKeys keys;
  private @Nullable SegmentKey key;
  private byte[] opened = new byte[0];
  private long lostPlaces;
  private long missingPositions;
  private long events;
  private long appends;
  private long known = 1;
  private long done;
  private int nextSegment;
  private @Nullable DiskFile file;
  private @Nullable WholeFrames frames;
  private boolean hasFrame;
  private boolean otherFile;
  private Stage stage = Stage.BEGIN;

  private enum Stage {
    BEGIN,
    FRAMES,
    LAST,
    END,
    DONE
  }

  private Salvage(
      Disk source, Disk target, Seams seams, Encryption encryption, LogProgress progress)
      throws IOException {
    this.source = source;
    this.target = target;
    this.progress = progress;
    this.making = new StoreInMaking(target);
    making.checkEmpty();
    StoreInMaking.checkFinished(source, source.list());
    this.segments = SourceSegment.list(source, this::lost);
    this.old = SourceSegment.identity(segments);
    this.identity =
        StoreInMaking.newHistory(old == null ? new StoreIdentity(seams.newId(), 1) : old, seams);
    this.keys = SourceSegment.keys(source, segments, encryption.masterKey(), this::lost);
    StoreKeys made =
        keys.encrypts()
            ? new StoreKeys(target, List.of(Objects.requireNonNull(encryption.masterKey())))
            : new StoreKeys(target, List.of());
    this.builder = new StoreBuilder(target, identity, encryption.checked(seams.random()), made);
  }

  /** See {@link dev.millrace.log.LogFolder#salvage}. */
  public static CompletableFuture<LogSalvage> run(
      Disk source, Disk target, Seams seams, Encryption encryption, LogProgress progress) {
    AutoCloseable lock = FolderLocks.take(source);
    try {
      AutoCloseable targetLock = FolderLocks.take(target);
      try {
        Salvage salvage = new Salvage(source, target, seams, encryption, progress);
        return IoSeries.run(salvage::next)
            .whenComplete((ended, failed) -> {
              salvage.closeFile();
              Closing.quietly(targetLock);
              Closing.quietly(lock);
            })
            .handle((ended, failed) -> salvage.result(failed));
      } catch (IOException | RuntimeException e) {
        Closing.quietly(targetLock);
        throw e;
      }
    } catch (IOException e) {
      Closing.quietly(lock);
      throw FolderLocks.unreadable(source, e);
    } catch (RuntimeException e) {
      Closing.quietly(lock);
      throw e;
    }
  }

  private LogSalvage result(@Nullable Throwable failed) {
    CopyFailure.check(
        failed,
        "the salvage of " + source.location() + " into " + target.location(),
        "delete the new folder, and salvage again");
    return new LogSalvage(
        old,
        identity,
        events,
        appends,
        builder.segments(),
        builder.bytes(),
        lost,
        lostPlaces,
        missing,
        missingPositions);
  }

  private @Nullable List<IoScript.Step> next() throws IOException {
    CopyProgress.report(progress, done, total(), target);
    return switch (stage) {
      case BEGIN -> {
        stage = Stage.FRAMES;
        yield making.begin();
      }
      case FRAMES -> frames();
      case LAST -> last();
      case END -> {
        stage = Stage.DONE;
        yield making.end();
      }
      case DONE -> null;
    };
  }

  private long total() {
    return segments.stream().mapToLong(SourceSegment::size).sum();
  }

  /** Takes over frames until there is something to write. */
  private List<IoScript.Step> frames() throws IOException {
    while (!builder.isFull()) {
      if (!hasFrame && !nextFrame()) {
        stage = Stage.LAST;
        return List.of();
      }
      WholeFrames current = Objects.requireNonNull(frames);
      int at = key == null ? current.at() : 0;
      byte[] frame = key == null ? current.array() : opened;
      long first = LittleEndian.getLong(frame, at + Frame.FIRST);
      if (!builder.inSegment()) {
        begin(first, LittleEndian.getLong(frame, at + Frame.TIME));
      } else if (first != builder.nextPosition() || otherFile) {
        return builder.seal();
      }
      builder.add(frame, at, LittleEndian.getInt(frame, at + Frame.LENGTH));
      appends++;
      events += LittleEndian.getInt(frame, at + Frame.EVENTS);
      hasFrame = false;
    }
    return builder.flush();
  }

  private void begin(long first, long micros) {
    otherFile = false;
    long due = builder.nextPosition();
    if (first > due) {
      missingPositions += first - due;
      if (missing.size() < LogSalvage.MAX_LISTED) {
        missing.add(new Missing(due, first - 1));
      }
    }
    builder.begin(first, micros);
  }

  /** Positions that a header or a marker names were given away, even if no frame is left. */
  private List<IoScript.Step> last() {
    if (known > builder.nextPosition() && builder.inSegment()) {
      return builder.seal();
    }
    if (!builder.inSegment()) {
      begin(Math.max(known, builder.nextPosition()), 0);
    }
    stage = Stage.END;
    return builder.sealLast();
  }

  /** Moves to the next append that can be taken over. */
  private boolean nextFrame() throws IOException {
    while (true) {
      WholeFrames current = frames;
      if (current == null) {
        if (nextSegment == segments.size()) {
          return false;
        }
        open(segments.get(nextSegment++));
      } else if (!current.next()) {
        closeFile();
      } else if (isGood(current)) {
        hasFrame = true;
        return true;
      }
    }
  }

  private void open(SourceSegment segment) throws IOException {
    known = Math.max(known, segment.firstPosition());
    otherFile = true;
    DiskFile opened = source.open(segment.name());
    file = opened;
    WholeFrames found =
        new WholeFrames(
            opened,
            segment.salt(),
            segment.size(),
            segment.sealed(),
            (from, to, what) -> lost(segment.name(), from, to, what));
    frames = found;
    key = segment.key(keys, old, found.salt());
  }

  private void closeFile() {
    if (file != null && frames != null) {
      done += segments.get(nextSegment - 1).size();
      Closing.quietly(file);
    }
    file = null;
    frames = null;
  }

  /**
   * Whether a whole frame is an append in its place; if not, it is noted, unless it is a marker.
   */
  private boolean isGood(WholeFrames frame) throws IOException {
    byte[] array = frame.array();
    int at = frame.at();
    long first = LittleEndian.getLong(array, at + Frame.FIRST);
    int kind = array[at + Frame.KIND];
    int count = LittleEndian.getInt(array, at + Frame.EVENTS);
    if (kind == Frame.KIND_MARKER && count == 0) {
      known = Math.max(known, first);
      return false;
    }
    String wrong = kind == Frame.KIND_APPEND && count > 0 ? null : "a frame is of kind " + kind;
    SegmentKey with = key;
    if (wrong == null && with != null) {
      if (opened.length < frame.length()) {
        opened = new byte[frame.length()];
      }
      wrong = with.open(array, at, opened) ? null : SegmentKey.CHANGED;
      array = opened;
      at = 0;
    }
    if (wrong == null) {
      wrong = FrameStructure.problem(array, at, (bytes, event) -> {});
    }
    if (wrong == null && first < builder.nextPosition()) {
      wrong = "a frame begins at position " + first + " after " + (builder.nextPosition() - 1);
    }
    if (wrong == null && !ids.add(Hash64.XXH3.id(idHigh(array, at), idLow(array, at)))) {
      wrong = "an append id stands here once more";
    }
    if (wrong != null) {
      String name = segments.get(nextSegment - 1).name();
      lost(name, frame.offset(), frame.end(), wrong);
    }
    return wrong == null;
  }

  private static long idHigh(byte[] array, int at) {
    return LittleEndian.getLong(array, at + Frame.ID_HIGH);
  }

  private static long idLow(byte[] array, int at) {
    return LittleEndian.getLong(array, at + Frame.ID_LOW);
  }

  private void lost(String name, long from, long to, String what) {
    lostPlaces++;
    if (lost.size() < LogSalvage.MAX_LISTED) {
      lost.add(new Lost(name, from, to, what));
    }
  }
}
