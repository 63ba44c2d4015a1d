package dev.millrace.core.store;

/**
 * The store's events go on in another store, and it takes no more of them; nothing was stored. What
 * it has can still be read.
 */
public final class StoreMovedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final String to;

  /**
   * An answer to an append.
   *
   * @param to where the events go on, without a password
   */
  public StoreMovedException(StoreIdentity store, String to) {
    super(
        "store "
            + store
            + " was moved to "
            + to
            + ", and takes no more events; nothing was stored: open that one instead");
    this.to = to;
  }

  /** Where the events go on, without a password. */
  public String to() {
    return to;
  }
}
