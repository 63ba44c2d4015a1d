package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.MillraceException;
import dev.millrace.log.LogProgress;

/** Tells how far a copy is, and ends it when it is no longer wanted. */
final class CopyProgress {
  private CopyProgress() {}

  static void report(LogProgress progress, long done, long total, Disk target) {
    progress.at(done, total);
    if (!progress.goesOn()) {
      throw new MillraceException(
          "stopped before the copy in " + target.location() + " was whole; make it again");
    }
  }
}
