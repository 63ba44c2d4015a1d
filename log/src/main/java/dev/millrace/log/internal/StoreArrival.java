package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.MovableStore;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A folder into which a store arrives from elsewhere: the segments are written anew, with the
 * positions, times and ids that the events had. What says that the folder is unfinished stays until
 * the end. Whoever goes on with it begins with the last segment, which may be half written.
 */
public final class StoreArrival implements StoreCopy {
  /** Smaller than others may be, so that little is written twice. */
  private static final int SEGMENT_BYTES = 32 << 20;

  private final Disk disk;
  private final Seams seams;
  private final LogOptions options;
  private final Encryption encryption;
  private final StoreInMaking making;
  private final StoreBuilder builder;
  private final FrameEncoder encoder = new FrameEncoder();
  private byte[] frame = new byte[64 * 1024];
  private final boolean finished;
  private @Nullable AutoCloseable lock;

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
    this.making = new StoreInMaking(disk);
    this.builder =
        new StoreBuilder(
            disk, identity, encryption.checked(seams.random()), StoreKeys.of(disk, encryption));
    List<String> segments = new ArrayList<>(disk.list());
    boolean unfinished = segments.contains(StoreInMaking.UNFINISHED);
    segments.removeIf(name -> !SegmentHeader.isSegment(name));
    SegmentHeader last = segments.isEmpty() ? null : last(segments, identity);
    this.finished = last != null && !unfinished;
    if (finished) {
      return;
    }
    if (!unfinished) {
      making.checkEmpty();
      run(making.begin());
    } else if (last != null) {
      builder.goOnBefore(last);
      disk.delete(last.fileName());
    }
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

  /** The header of the last segment that has a whole one; one without is deleted. */
  private @Nullable SegmentHeader last(List<String> segments, StoreIdentity identity)
      throws IOException {
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
      disk.delete(segments.get(i));
    }
    return null;
  }

  @Override
  public String address() {
    return "log:" + disk.location();
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
      if (builder.inSegment() && (gap || builder.segmentBytes() > SEGMENT_BYTES)) {
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
    release();
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

  private void release() {
    AutoCloseable held = lock;
    lock = null;
    if (held != null) {
      Closing.quietly(held);
    }
  }

  @Override
  public void close() {
    release();
  }

  /** The folder without what keeps others from opening it. */
  private record AsFinished(Disk disk) implements Disk {
    @Override
    public List<String> list() throws IOException {
      return disk.list().stream().filter(name -> !name.equals(StoreInMaking.UNFINISHED)).toList();
    }

    @Override
    public DiskFile create(String name) throws IOException {
      return disk.create(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
      return disk.open(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      disk.delete(name);
    }

    @Override
    public void sync(IoCompletion completion) {
      disk.sync(completion);
    }

    @Override
    public AutoCloseable lock() throws IOException {
      return disk.lock();
    }

    @Override
    public long usableBytes() throws IOException {
      return disk.usableBytes();
    }

    @Override
    public long totalBytes() throws IOException {
      return disk.totalBytes();
    }

    @Override
    public Disk folder(String name) throws IOException {
      return disk.folder(name);
    }

    @Override
    public String location() {
      return disk.location();
    }
  }
}
