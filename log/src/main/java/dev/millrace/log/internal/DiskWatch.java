package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.DiskRoom;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how much room is left on the disk, and says so once each time that it becomes little, too
 * little, or enough again.
 *
 * <p>It is asked when a segment begins, when nothing has been appended for a moment, and by whoever
 * wants to know. Between the limit for a warning and the one for its end lies a percent, so that a
 * disk that hovers at the limit does not fill the log.
 */
final class DiskWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LogEventStore.class);

  private final Disk disk;
  private final LogOptions options;
  private DiskRoom.State state = DiskRoom.State.ENOUGH;
  private boolean refusing;

  DiskWatch(Disk disk, LogOptions options) {
    this.disk = disk;
    this.options = options;
  }

  /** How much room there is now; null when the disk does not say. */
  @Nullable DiskRoom room() {
    try {
      return looked(disk.usableBytes(), disk.totalBytes());
    } catch (IOException e) {
      LOG.debug("the room on the disk of {} is not known", disk.location(), e);
      return null;
    }
  }

  /** There was no room for what an append needs. */
  synchronized void refused(String what, IOException failed) {
    refusing = true;
    if (state != DiskRoom.State.FULL) {
      state = DiskRoom.State.FULL;
      LOG.warn(
          "store in {}: {}: the disk is full ({}); appends are refused until there is room again,"
              + " reads go on",
          disk.location(),
          what,
          failed.getMessage());
    }
  }

  /** There was room. */
  void succeeded() {
    boolean ends;
    synchronized (this) {
      ends = refusing;
      refusing = false;
    }
    if (ends) {
      DiskRoom unused = room();
    }
  }

  private synchronized DiskRoom looked(long usable, long total) {
    long reserve = options.reserveBytes();
    DiskRoom now = new DiskRoom(usable, total, reserve, options.warnPercent(), state);
    refusing &= usable < reserve + options.prepareBytes();
    int limit = options.warnPercent() - (state == DiskRoom.State.ENOUGH ? 0 : 1);
    DiskRoom.State next = DiskRoom.State.ENOUGH;
    if (refusing || usable < reserve) {
      next = DiskRoom.State.FULL;
    } else if (now.usedPercent() >= limit) {
      next = DiskRoom.State.LOW;
    }
    if (next != state) {
      say(next, now);
      state = next;
    }
    return new DiskRoom(usable, total, reserve, options.warnPercent(), next);
  }

  private void say(DiskRoom.State next, DiskRoom room) {
    switch (next) {
      case ENOUGH ->
          LOG.info(
              "store in {}: there is room on the disk again: {} of {} bytes are free",
              disk.location(),
              room.usableBytes(),
              room.totalBytes());
      case LOW ->
          LOG.warn(
              "store in {}: the disk is {}% full, {} bytes are free; appends stop when fewer than"
                  + " {} are: make room, or move old segments with 'millrace log archive'",
              disk.location(), room.usedPercent(), room.usableBytes(), room.reserveBytes());
      case FULL ->
          LOG.warn(
              "store in {}: only {} bytes are free on the disk, {} are kept; appends are refused"
                  + " when they need more, until there is room again, reads go on",
              disk.location(),
              room.usableBytes(),
              room.reserveBytes());
    }
  }
}
