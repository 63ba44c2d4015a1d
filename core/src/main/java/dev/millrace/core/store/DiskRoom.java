package dev.millrace.core.store;

/**
 * Room on the disk of a store.
 *
 * @param usableBytes that can still be written
 * @param totalBytes of the disk
 * @param reserveBytes usable bytes below which appends are refused
 * @param warnPercent how full the disk is when it warns, in percent
 * @param state what follows from these
 */
public record DiskRoom(
    long usableBytes, long totalBytes, long reserveBytes, int warnPercent, State state) {

  /** How a store takes the room that is left. */
  public enum State {
    /** There is enough. */
    ENOUGH,
    /** It should be looked at; appends go on. */
    LOW,
    /** Appends are refused until there is room again; reads go on. */
    FULL
  }

  /** How full the disk is, in percent, rounded down. */
  public int usedPercent() {
    return totalBytes <= 0
        ? 0
        : (int) (100.0 * (totalBytes - Math.min(usableBytes, totalBytes)) / totalBytes);
  }
}
