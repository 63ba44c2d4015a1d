package dev.millrace.log.internal;

import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Says why a copy of a store was not made. */
final class CopyFailure {
  private CopyFailure() {}

  /**
   * Throws what a copy failed with; does nothing when it did not fail.
   *
   * @param what failed, as in {@code the backup of a into b}
   * @param next what to do when the disk is fine again
   */
  static void check(@Nullable Throwable failed, String what, String next) {
    Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
    switch (cause) {
      case null -> {}
      case RuntimeException refused -> throw refused;
      case IOException io when DiskFullException.isFull(io) ->
          throw new StoreFullException(
              what + " failed: " + io.getMessage() + "; make room, then " + next, io);
      default ->
          throw new StoreFailedException(
              what + " failed: " + cause.getMessage() + "; check the disks, then " + next, cause);
    }
  }
}
