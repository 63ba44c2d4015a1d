package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.log.internal.ArchivedDisk;
import dev.millrace.log.internal.Backup;
import dev.millrace.log.internal.FolderCheck;
import dev.millrace.log.internal.KeyRotation;
import dev.millrace.log.internal.Restore;
import dev.millrace.log.internal.Salvage;
import dev.millrace.log.internal.Scavenge;
import dev.millrace.log.spi.MasterKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Works on the files of a store that is not open in this process. */
public final class LogFolder {
  private LogFolder() {}

  /**
   * Reads everything: headers, frames, checksums, the order of positions and groups, append ids,
   * and the index files against the segments. Takes the folder's lock and changes nothing. A store
   * that is too damaged to be opened can be checked.
   *
   * @throws IllegalArgumentException when there is no store in the folder
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read
   */
  public static LogVerification verify(Disk disk) {
    return verify(disk, Encryption.NONE);
  }

  /**
   * The same for a store that is encrypted. Without a key only what stands in clear is checked:
   * headers, frames, checksums, their order. With it, everything.
   *
   * @throws dev.millrace.core.store.StoreKeyException when a key is given that is not the store's
   */
  public static LogVerification verify(Disk disk, Encryption encryption) {
    return new FolderCheck(ArchivedDisk.of(disk), encryption).verify();
  }

  /** Counts what is whole; takes the lock and throws as {@link #verify} does. */
  public static LogStatistics statistics(Disk disk) {
    return statistics(disk, Encryption.NONE);
  }

  /**
   * The same for a store that is encrypted.
   *
   * @throws dev.millrace.core.store.StoreKeyException when the key is not that of the store
   */
  public static LogStatistics statistics(Disk disk, Encryption encryption) {
    return new FolderCheck(ArchivedDisk.of(disk), encryption).statistics();
  }

  /**
   * Encrypts what is written from now on: seals the segment that is being written, and begins one
   * that is encrypted. What was written before stays as it is; snapshots are deleted.
   *
   * @throws dev.millrace.core.store.StoreKeyException when the store is encrypted with another key
   */
  public static void encrypt(Disk disk, Seams seams, Encryption encryption) {
    LogEventStore.open(disk, seams, LogOptions.DEFAULT, encryption.turningOn()).close();
  }

  /**
   * Wraps the data keys of an encrypted store with another master key. No segment is changed; when
   * it fails, or the process ends, the store opens with the old key or with the new one.
   *
   * @param old the key; several, when the file of keys was lost after an earlier change and is made
   *     again from what the segments hold
   * @param next from now on the store's only key
   * @return how many data keys were wrapped
   * @throws IllegalArgumentException when there is no store
   * @throws dev.millrace.core.store.StoreKeyException when the old key is not that of the store, or
   *     the store is plain
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static int rotateKey(Disk disk, List<MasterKey> old, MasterKey next) {
    return join(rotatingKey(disk, old, next));
  }

  /** The same as {@link #rotateKey}, without waiting for a disk that completes later. */
  public static CompletableFuture<Integer> rotatingKey(
      Disk disk, List<MasterKey> old, MasterKey next) {
    return KeyRotation.run(ArchivedDisk.of(disk), old, next);
  }

  /**
   * Writes what is whole of a store, however damaged, into an empty folder, as a store with the
   * same id and a new history epoch. Events keep their positions, times and ids, so that positions
   * whose events are lost stay empty. Takes both locks; changes nothing in the source. The new
   * store is durable when this returns, and cannot be opened before.
   *
   * @throws IllegalArgumentException when there is no store in the source, or anything in the
   *     target
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogSalvage salvage(Disk source, Disk target, Seams seams, LogProgress progress) {
    return join(salvaging(source, target, seams, progress));
  }

  /** The same as {@link #salvage}, without waiting for disks that complete later. */
  public static CompletableFuture<LogSalvage> salvaging(
      Disk source, Disk target, Seams seams, LogProgress progress) {
    return salvaging(source, target, seams, Encryption.NONE, progress);
  }

  /**
   * The same for a store that is encrypted, and so is what is made from it.
   *
   * @throws dev.millrace.core.store.StoreKeyException when the key is not that of the store
   */
  public static LogSalvage salvage(
      Disk source, Disk target, Seams seams, Encryption encryption, LogProgress progress) {
    return join(salvaging(source, target, seams, encryption, progress));
  }

  /** The same as {@link #salvage}, without waiting for disks that complete later. */
  public static CompletableFuture<LogSalvage> salvaging(
      Disk source, Disk target, Seams seams, Encryption encryption, LogProgress progress) {
    return Salvage.run(ArchivedDisk.of(source), target, seams, encryption, progress);
  }

  /**
   * Copies a store into a folder of backups: all events that were durable when it began. The store
   * may be in use by this or another process, and goes on; no lock of it is taken. Only segments
   * that an earlier backup in the folder does not have are copied, and the one that is written to.
   * What is copied is read back and checked. If it fails, an earlier backup is as it was.
   *
   * @throws IllegalArgumentException when there is no store in the source, or something else than
   *     backups of it in the target
   * @throws dev.millrace.core.store.StoreDamagedException when a segment that was to be copied is
   *     damaged
   * @throws dev.millrace.core.store.StoreLockedException when a process works on the target
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogBackup backup(Disk source, Disk target, Seams seams, LogProgress progress) {
    return join(Backup.run(ArchivedDisk.of(source), target, seams, progress));
  }

  /**
   * Makes a store from a backup, in an empty folder: the same events at the same positions, in a
   * new history epoch, so that checkpoints, snapshots and tokens of the store that was backed up
   * are refused. Every checksum is checked. The store is durable when this returns, and cannot be
   * opened before.
   *
   * @throws IllegalArgumentException when there is no backup in the source, or anything in the
   *     target
   * @throws dev.millrace.core.store.StoreDamagedException when a file of the backup is not as it
   *     was written
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogRestore restore(Disk source, Disk target, Seams seams, LogProgress progress) {
    return join(restoring(source, target, seams, progress));
  }

  /** The same as {@link #restore}, without waiting for disks that complete later. */
  public static CompletableFuture<LogRestore> restoring(
      Disk source, Disk target, Seams seams, LogProgress progress) {
    return Restore.run(source, target, seams, progress);
  }

  /**
   * Removes all events of some types from a store that nobody has open, and records when, by whom
   * and how many. In each one's place stands an event of type {@link LogScavenge#REMOVED}, without
   * tags and data, so that positions stay; the payload of the commands that caused them goes, too.
   * Append ids are still recognized, though another append with such an id is no longer told from
   * the same one. Snapshots are deleted, as they may hold what was removed; backups, archives and
   * read models are not changed. All of the store is written anew, for which there must be room.
   * When it is cut short, the store has all of the events or none of them.
   *
   * @param before only events that were recorded before; null: all
   * @param actor who does it, for the record
   * @throws IllegalArgumentException when there is no store, no type, or a part of the store is in
   *     an archive
   * @throws dev.millrace.core.store.StoreDamagedException when anything in it is damaged
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogScavenge scavenge(
      Disk disk,
      Set<String> types,
      @Nullable Instant before,
      String actor,
      Seams seams,
      LogProgress progress) {
    return join(scavenging(disk, types, before, actor, seams, progress));
  }

  /**
   * The same for a store that is encrypted: all of what is written anew is, with new data keys.
   *
   * @throws dev.millrace.core.store.StoreKeyException when the key is not that of the store
   */
  public static LogScavenge scavenge(
      Disk disk,
      Set<String> types,
      @Nullable Instant before,
      String actor,
      Seams seams,
      Encryption encryption,
      LogProgress progress) {
    return join(scavenging(disk, types, before, actor, seams, encryption, progress));
  }

  /** The same as {@link #scavenge}, without waiting for disks that complete later. */
  public static CompletableFuture<LogScavenge> scavenging(
      Disk disk,
      Set<String> types,
      @Nullable Instant before,
      String actor,
      Seams seams,
      LogProgress progress) {
    return scavenging(disk, types, before, actor, seams, Encryption.NONE, progress);
  }

  /** The same as {@link #scavenge}, without waiting for disks that complete later. */
  public static CompletableFuture<LogScavenge> scavenging(
      Disk disk,
      Set<String> types,
      @Nullable Instant before,
      String actor,
      Seams seams,
      Encryption encryption,
      LogProgress progress) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException("name the types of the events that are to go");
    }
    Scavenge.Goal goal = new Scavenge.Goal(types, before, actor);
    return Scavenge.run(ArchivedDisk.of(disk), encryption, goal, seams, progress);
  }

  /**
   * Encrypts what is written from now on, as {@link #encrypt}, and writes everything that is there
   * anew, encrypted with new data keys, for which there must be room. So nothing plain is left, and
   * after a change of the master key nothing that the old one opens. Positions, ids, times and the
   * history epoch stay; a record says when and by whom. When it is cut short, all segments are
   * written anew or none, and what is appended is encrypted in either case. What the disk keeps of
   * deleted files, backups and archives are not reached.
   *
   * @param actor who does it, for the record
   * @throws dev.millrace.core.store.StoreKeyException when the store is encrypted with another key
   * @throws IllegalArgumentException when a part of the store is in an archive
   * @throws dev.millrace.core.store.StoreDamagedException when anything in it is damaged
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogScavenge encryptAll(
      Disk disk, Seams seams, Encryption encryption, String actor, LogProgress progress) {
    return join(encryptingAll(disk, seams, encryption, actor, progress));
  }

  /** The same as {@link #encryptAll}, without waiting for a disk that completes later. */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested futures are unfolded at once
  public static CompletableFuture<LogScavenge> encryptingAll(
      Disk disk, Seams seams, Encryption encryption, String actor, LogProgress progress) {
    return LogEventStore.opening(disk, seams, LogOptions.DEFAULT, encryption.turningOn())
        .thenCompose(LogEventStore::closing)
        .thenCompose(closed ->
            Scavenge.run(
                ArchivedDisk.of(disk),
                encryption,
                Scavenge.Goal.encrypted(actor),
                seams,
                progress));
  }

  private static <T> T join(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
