package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.log.LogBackup;
import dev.millrace.log.LogProgress;
import dev.millrace.log.internal.BackupManifest.Entry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Copies a store's segments into a folder of backups.
 *
 * <p>Sealed segments never change: those that an earlier backup has are left as they are. Each copy
 * is read back and checked, frame by frame, before the manifest names it; a damaged segment ends
 * the backup, and the folder keeps the one of before.
 */
public final class Backup {
  private final Disk source;
  private final Disk target;
  private final LogProgress progress;
  private final Instant made;
  private final List<BackupSource> segments;
  private final @Nullable BackupManifest before;
  private final Deque<BackupSource> waiting = new ArrayDeque<>();
  private final List<Entry> entries = new ArrayList<>();
  private final StoreIdentity identity;
  private final long number;
  private @Nullable BackupSource current;
  private @Nullable DiskFile file;
  private @Nullable FileCopy copy;
  private @Nullable BackupManifest manifest;
  private BackupManifest.@Nullable Keys keys;
  private @Nullable FileCopy keysCopy;
  private int keysBytes;
  private boolean keysCopied;
  private long head;
  private int copiedSegments;
  private long copiedBytes;
  private boolean finished;

  private Backup(
      Disk source, List<BackupSource> segments, Disk target, Instant made, LogProgress progress)
      throws IOException {
    this.source = source;
    this.target = target;
    this.progress = progress;
    this.made = made;
    this.segments = segments;
    this.identity = segments.get(0).header().identity();
    this.before = BackupManifest.read(target);
    this.number = before == null ? 1 : before.number() + 1;
    checkTarget();
    for (BackupSource segment : segments) {
      Entry there = copied(segment);
      if (there == null) {
        waiting.add(segment);
      } else {
        entries.add(there);
      }
    }
  }

  /** Backs up a folder, whoever has it open. */
  public static CompletableFuture<LogBackup> run(
      Disk source, Disk target, Seams seams, LogProgress progress) {
    Instant made = seams.clock().instant();
    return run(source, () -> BackupSource.of(source), target, made, progress);
  }

  /** Finds what is to be copied. */
  @FunctionalInterface
  interface Plan {
    List<BackupSource> segments() throws IOException;
  }

  /** Backs up what a plan finds. */
  static CompletableFuture<LogBackup> run(
      Disk source, Plan plan, Disk target, Instant made, LogProgress progress) {
    AutoCloseable lock = FolderLocks.take(target);
    try {
      Backup backup = new Backup(source, plan.segments(), target, made, progress);
      return IoSeries.run(backup::next)
          .whenComplete((ended, failed) -> {
            backup.closeFile();
            Closing.quietly(lock);
          })
          .handle((ended, failed) -> backup.result(failed));
    } catch (IOException e) {
      Closing.quietly(lock);
      throw FolderLocks.unreadable(source, e);
    } catch (RuntimeException e) {
      Closing.quietly(lock);
      throw e;
    }
  }

  private void checkTarget() throws IOException {
    if (before != null && !before.identity().equals(identity)) {
      throw new IllegalArgumentException(
          "the folder "
              + target.location()
              + " holds backups of store "
              + before.identity()
              + ", not of "
              + identity
              + " (store id and history epoch); name another folder");
    }
    for (String name : target.list()) {
      boolean ours =
          name.equals("lock")
              || name.startsWith(BackupManifest.NAME)
              || BackupManifest.isCopy(name);
      if (!ours) {
        throw new IllegalArgumentException(
            "the folder "
                + target.location()
                + " holds something else than backups ("
                + name
                + "); name a new one, so that nothing is overwritten");
      }
    }
  }

  /** What an earlier backup has of a sealed segment; null when it must be copied. */
  private @Nullable Entry copied(BackupSource segment) throws IOException {
    if (before == null || !segment.sealed()) {
      return null;
    }
    SegmentHeader header = segment.header();
    for (Entry entry : before.segments()) {
      if (entry.segment() == header.number()) {
        boolean same =
            entry.sealed() && entry.salt() == header.salt() && entry.bytes() == segment.end();
        return same && isThere(entry) ? entry : null;
      }
    }
    return null;
  }

  /** Whether nobody has deleted or cut a copy since. Its bytes are checked when it is restored. */
  private boolean isThere(Entry entry) throws IOException {
    try {
      DiskFile there = target.open(entry.file());
      try {
        return there.size() == entry.bytes();
      } finally {
        there.close();
      }
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private @Nullable List<IoScript.Step> next() throws IOException {
    CopyProgress.report(
        progress, copiedBytes + (copy == null ? 0 : copy.copied()), total(), target);
    while (copy != null || !waiting.isEmpty()) {
      if (copy == null) {
        begin(waiting.remove());
      }
      List<IoScript.Step> piece = Objects.requireNonNull(copy).next();
      if (piece != null) {
        return piece;
      }
      check();
    }
    if (!keysCopied) {
      List<IoScript.Step> piece = copyKeys();
      if (piece != null) {
        return piece;
      }
    }
    if (manifest == null) {
      return writeManifest();
    }
    if (!finished) {
      finished = true;
      return deleteOld(manifest);
    }
    return null;
  }

  private long total() {
    return copiedBytes
        + (current == null ? 0 : current.end())
        + waiting.stream().mapToLong(BackupSource::end).sum();
  }

  private void begin(BackupSource segment) throws IOException {
    current = segment;
    DiskFile opened = source.open(segment.header().fileName());
    file = opened;
    if (opened.size() < segment.end()) {
      throw damaged(segment, opened.size(), "the file is cut");
    }
    String name = BackupManifest.copyName(segment.header().number(), number);
    copy = new FileCopy(opened, segment.end(), target, name, null);
  }

  /** Reads the copy: it must be what was read from the source, and whole. */
  private void check() throws IOException {
    BackupSource segment = Objects.requireNonNull(current);
    FileCopy done = Objects.requireNonNull(copy);
    SegmentHeader header = segment.header();
    String name = BackupManifest.copyName(header.number(), number);
    DiskFile made = target.open(name);
    try {
      if (FileChecksum.of(made, segment.end()) != done.checksum()) {
        throw new StoreFailedException(
            "file " + name + " in " + target.location() + " reads not as written; check the disk");
      }
      SegmentScan scan = new SegmentScan(made, header, segment.end());
      scan.run((bytes, at, offset) -> {});
      if (scan.problem() != null || scan.end() != segment.end()) {
        throw damaged(segment, scan.end(), String.valueOf(scan.problem()));
      }
      head = scan.nextPosition() - 1;
    } finally {
      made.close();
    }
    entries.add(
        new Entry(
            header.number(),
            name,
            segment.end(),
            done.checksum(),
            header.salt(),
            header.firstPosition(),
            segment.sealed()));
    copiedSegments++;
    copiedBytes += segment.end();
    closeFile();
  }

  private StoreDamagedException damaged(BackupSource segment, long offset, String what) {
    return Recovery.damaged(source, segment.header().fileName(), offset, what);
  }

  private void closeFile() {
    if (file != null) {
      Closing.quietly(file);
    }
    file = null;
    copy = null;
    current = null;
  }

  /**
   * The wrapped keys are copied after the segments, each time: they are replaced as a whole, so
   * that what stands there is newer than every segment that was copied.
   */
  private @Nullable List<IoScript.Step> copyKeys() throws IOException {
    FileCopy current = keysCopy;
    if (current == null) {
      if (segments.get(segments.size() - 1).header().key() == null) {
        keysCopied = true;
        return null;
      }
      DiskFile opened = openKeys();
      if (opened == null) {
        keysCopied = true;
        return null;
      }
      file = opened;
      keysBytes = (int) opened.size();
      current = new FileCopy(opened, keysBytes, target, BackupManifest.keysName(number), null);
      keysCopy = current;
    }
    List<IoScript.Step> piece = current.next();
    if (piece == null) {
      String name = BackupManifest.keysName(number);
      DiskFile made = target.open(name);
      try {
        if (FileChecksum.of(made, keysBytes) != current.checksum()) {
          throw new StoreFailedException(
              "file "
                  + name
                  + " in "
                  + target.location()
                  + " reads not as written; check the disk");
        }
      } finally {
        made.close();
      }
      keys = new BackupManifest.Keys(name, keysBytes, current.checksum());
      copiedBytes += keysBytes;
      keysCopied = true;
      closeFile();
    }
    return piece;
  }

  /** Null: there is no file of keys; they stand in the segments, too. */
  private @Nullable DiskFile openKeys() throws IOException {
    try {
      return source.open(KeysFile.NAME);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private List<IoScript.Step> writeManifest() {
    entries.sort((a, b) -> Long.compare(a.segment(), b.segment()));
    BackupManifest written = new BackupManifest(identity, number, made, head, keys, entries);
    manifest = written;
    List<IoScript.Step> steps = new ArrayList<>();
    steps.add(target::sync);
    steps.addAll(
        NewFile.steps(target, BackupManifest.NAME + ".new", BackupManifest.NAME, written::encode));
    steps.add(target::sync);
    return steps;
  }

  /** Copies that no manifest names any more. */
  private List<IoScript.Step> deleteOld(BackupManifest written) throws IOException {
    Set<String> named = new HashSet<>();
    written.segments().forEach(entry -> named.add(entry.file()));
    if (written.keys() != null) {
      named.add(written.keys().file());
    }
    List<IoScript.Step> steps = new ArrayList<>();
    for (String name : target.list()) {
      if (BackupManifest.isCopy(name) && !named.contains(name)) {
        steps.add(IoScript.now(() -> target.delete(name)));
      }
    }
    return steps;
  }

  private LogBackup result(@Nullable Throwable failed) {
    CopyFailure.check(
        failed,
        "the backup of " + source.location() + " into " + target.location(),
        "make it again; an earlier backup there is as it was");
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    return new LogBackup(
        identity, number, made, head, segments.size(), bytes, copiedSegments, copiedBytes);
  }
}
