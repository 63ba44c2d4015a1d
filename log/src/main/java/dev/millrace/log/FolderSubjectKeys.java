package dev.millrace.log;

import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.log.internal.KeyFolder;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Keys in a folder of their own, on any {@link Disk}: one file, whose secrets are overwritten when
 * they are destroyed. Most programs open them with {@code SubjectKeys.open("keys:folder")}. All
 * keys are in memory while they are open.
 *
 * <p>Whoever reads the folder can read every personal value: it wants rights of its own, and its
 * copies must be as few as they can be. A copy from before somebody was forgotten may be put back:
 * the events that tell of the forgetting have the key destroyed again.
 */
public final class FolderSubjectKeys implements SubjectKeys {
  private final KeyFolder folder;

  private FolderSubjectKeys(KeyFolder folder) {
    this.folder = folder;
  }

  /**
   * Opens keys, or makes a folder of them when there is none.
   *
   * @param seams the source of chance must be one that nobody can foresee, as the system's is
   * @throws dev.millrace.core.store.StoreLockedException when another process has them
   * @throws SubjectKeysException when they are damaged, or the disk fails
   * @throws IllegalArgumentException when the folder is that of an event store
   */
  public static FolderSubjectKeys open(Disk disk, Seams seams) {
    try {
      return opening(disk, seams).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The same as {@link #open}, without waiting for a disk that completes later. */
  public static CompletableFuture<FolderSubjectKeys> opening(Disk disk, Seams seams) {
    return KeyFolder.open(disk, seams).thenApply(FolderSubjectKeys::new);
  }

  @Override
  public CompletableFuture<KeyState> keyFor(Subject subject) {
    return folder.keyFor(subject, false);
  }

  @Override
  public Optional<KeyState> find(UUID key) {
    return folder.ring().find(key);
  }

  @Override
  public Optional<KeyState> find(Subject subject) {
    return folder.ring().find(subject);
  }

  @Override
  public boolean wasForgotten(Subject subject) {
    return folder.ring().wasForgotten(subject);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the nested futures are unfolded at once
  public CompletableFuture<List<UUID>> forget(Subject subject) {
    return folder
        .settled(subject)
        .thenCompose(settled -> {
          List<UUID> ids = folder.ring().idsOf(subject);
          CompletableFuture<?>[] destroyed =
              ids.stream().map(folder::destroy).toArray(CompletableFuture<?>[]::new);
          return CompletableFuture.allOf(destroyed).thenApply(done -> ids);
        });
  }

  @Override
  public CompletableFuture<Void> destroy(UUID key) {
    return folder.destroy(key);
  }

  @Override
  public CompletableFuture<SubjectKey> renew(Subject subject) {
    if (folder.ring().find(subject).isEmpty()) {
      return CompletableFuture.failedFuture(
          new SubjectKeysException(subject + " was never known, so that it cannot come back"));
    }
    return folder
        .keyFor(subject, true)
        .thenApply(state -> {
          if (state instanceof KeyState.Alive(SubjectKey key)) {
            return key;
          }
          throw new IllegalStateException("a key was asked for, and there is " + state);
        });
  }

  @Override
  public List<KeyState.Destroyed> destroyed() {
    return folder.ring().destroyed();
  }

  @Override
  public long alive() {
    return folder.ring().alive();
  }

  /** The same as {@link #close}, without waiting for a disk that completes later. */
  public CompletableFuture<Void> closing() {
    return folder.close();
  }

  @Override
  public void close() {
    closing().join();
  }
}
