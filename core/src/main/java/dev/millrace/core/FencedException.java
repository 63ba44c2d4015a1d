package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/**
 * Somebody else has the share of a processor, or had it later: what was to be saved is of the past.
 * Nothing was changed.
 */
final class FencedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final int share;
  private final long epoch;

  /**
   * Says so.
   *
   * @param share which
   * @param epoch that the target has for it
   */
  FencedException(String message, int share, long epoch) {
    super(message);
    this.share = share;
    this.epoch = epoch;
  }

  int share() {
    return share;
  }

  long epoch() {
    return epoch;
  }
}
