package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.MovableStore;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A folder into which a store arrives from elsewhere: the segments are written anew, with the
 * positions, times and ids that the events had. What says that the folder is unfinished stays until
 * the end, and which copy it is. Whoever goes on with it begins with the last segment, which may be
 * half written.
 */
public final class StoreArrival implements StoreCopy {
  /** Smaller than others may be, so that little is written twice. */
  private static final int SEGMENT_BYTES = 32 << 20;

  /** The lock of the folder is held from the opening to the end: there is one run at a time. */
  private static final long ONLY_TURN = 0;

  private static final UUID UNKNOWN = new UUID(0, 0);

  private final Disk disk;
  private final Seams seams;
  private final LogOptions options;
  private final Encryption encryption;
  private final StoreInMaking making;
  private final StoreBuilder builder;
  private final FrameEncoder encoder = new FrameEncoder();
  private byte[] frame = new byte[64 * 1024];
  private final boolean finished;
  private final AutoCloseable lock;
  private final MoveTarget target;
  private final int segmentBytes;

  private StoreArrival(
      Disk disk,
      Seams seams,
      LogOptions options,
      Encryption encryption,
      StoreIdentity identity,
      AutoCloseable lock)
      throws IOException {
    this.disk = disk;
    this.seams = seams;
    this.options = options;
    this.encryption = encryption;
    this.lock = lock;
    this.segmentBytes = Math.min(SEGMENT_BYTES, options.segmentBytes());
    this.making = new StoreInMaking(disk);
    StoreKeys keys = StoreKeys.of(disk, encryption);
    this.builder = new StoreBuilder(disk, identity, encryption.checked(seams.random()), keys);
    List<String> segments = new ArrayList<>(disk.list());
    boolean unfinished = segments.contains(StoreInMaking.UNFINISHED);
    segments.removeIf(name -> !SegmentHeader.isSegment(name));
    UUID begun = unfinished ? begun(segments) : null;
    List<String> headless = new ArrayList<>();
    SegmentHeader last = last(segments, identity, headless);
    this.finished = last != null && !unfinished;
    this.target =
        new MoveTarget(
            "log:" + disk.location(),
            finished ? UNKNOWN : begun == null ? seams.newId() : begun,
            ONLY_TURN);
    if (finished) {
      return;
    }
    if (begun == null) {
      if (unfinished) {
        disk.delete(StoreInMaking.UNFINISHED);
      }
      making.checkEmpty();
      run(making.begin(Utf8.bytes(target.copy().toString())));
      return;
    }
    for (String name : headless) {
      disk.delete(name);
    }
    if (last != null) {
      SegmentKey unused = keys.open(last); // what follows has the same secret for its indexes
      builder.goOnBefore(last);
      disk.delete(last.fileName());
    }
  }

  /** The copy that was begun; null: that was stopped before it was said which. */
  private @Nullable UUID begun(List<String> segments) throws IOException {
    String known = new String(making.known(), StandardCharsets.UTF_8);
    if (known.length() == UNKNOWN.toString().length()) {
      return UUID.fromString(known);
    }
    if (segments.isEmpty()) {
      return null;
    }
    throw new StoreFailedException(
        "the folder "
            + disk.location()
            + " has a copy that a salvage or a restore did not finish; name another one");
  }

  /** Begins, or goes on with what was begun. */
  public static StoreArrival open(
      Disk disk, Seams seams, LogOptions options, Encryption encryption, StoreIdentity identity) {
    AutoCloseable lock = FolderLocks.take(disk);
    try {
      return new StoreArrival(disk, seams, options, encryption, identity, lock);
    } catch (IOException e) {
      Closing.quietly(lock);
      throw FolderLocks.unreadable(disk, e);
    } catch (RuntimeException e) {
      Closing.quietly(lock);
      throw e;
    }
  }

  /**
   * The header of the last segment that has a whole one.
   *
   * @param headless gets those after it, which have none
   */
  private @Nullable SegmentHeader last(
      List<String> segments, StoreIdentity identity, List<String> headless) throws IOException {
    for (int i = segments.size() - 1; i >= 0; i--) {
      DiskFile file = disk.open(segments.get(i));
      SegmentHeader header;
      try {
        header = Recovery.readHeader(file, disk);
      } finally {
        file.close();
      }
      if (header != null) {
        if (!header.identity().equals(identity)) {
          throw new StoreMismatchException(
              "the folder "
                  + disk.location()
                  + " holds store "
                  + header.identity()
                  + ", not "
                  + identity
                  + "; name another one");
        }
        return header;
      }
      headless.add(segments.get(i));
    }
    return null;
  }

  @Override
  public MoveTarget target() {
    return target;
  }

  @Override
  public boolean isFinished() {
    return finished;
  }

  @Override
  public long head() {
    return builder.nextPosition() - 1;
  }

  @Override
  public void add(List<CopiedAppend> appends) {
    for (CopiedAppend append : appends) {
      long micros = FrameView.micros(append.time());
      boolean gap = append.first() != builder.nextPosition();
      if (builder.inSegment() && (gap || builder.segmentBytes() > segmentBytes)) {
        run(builder.seal());
      }
      if (!builder.inSegment()) {
        builder.begin(append.first(), micros);
      }
      int needed = Frame.aligned(Math.toIntExact(FrameSize.of(append.append())));
      if (frame.length < needed) {
        frame = new byte[needed];
      }
      FrameEncoder.Group group = new FrameEncoder.Group(0, 0, 0, micros);
      int length = encoder.append(frame, 0, group, append.append(), append.first());
      builder.add(frame, 0, length);
      if (builder.isFull()) {
        run(builder.flush());
      }
    }
  }

  /** Nothing is read back before all of it is. */
  @Override
  public long verified() {
    return 0;
  }

  @Override
  public MovableStore settle() {
    if (!builder.inSegment()) {
      builder.begin(builder.nextPosition(), 0);
    }
    run(builder.sealLast());
    run(List.of(disk::sync));
    return LogEventStore.open(new AsFinished(disk), seams, options, encryption);
  }

  @Override
  public void finish() {
    run(making.end());
  }

  private void run(List<IoScript.Step> steps) {
    boolean[] made = new boolean[1];
    try {
      IoSeries.run(
              () -> {
                boolean again = made[0];
                made[0] = true;
                return again ? null : steps;
              })
          .join();
    } catch (CompletionException e) {
      throw new StoreFailedException(
          "the copy into "
              + disk.location()
              + " failed: "
              + Objects.requireNonNull(e.getCause()).getMessage()
              + "; look at the disk, then migrate again",
          e);
    }
  }

  @Override
  public void close() {
    Closing.quietly(lock);
  }

  /** The folder without what keeps others from opening it; its lock is held already. */
  private static final class AsFinished extends ForwardingDisk {
    AsFinished(Disk disk) {
      super(disk);
    }

    @Override
    public List<String> list() throws IOException {
      return super.list().stream().filter(name -> !name.equals(StoreInMaking.UNFINISHED)).toList();
    }

    @Override
    public AutoCloseable lock() {
      return () -> {};
    }
  }
}
