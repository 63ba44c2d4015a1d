package dev.millrace.log.internal;

/**
 * A page of an index file is not as it was written. Whoever asked for it has the index made again
 * and asks once more.
 */
final class IndexDamagedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String file;

  IndexDamagedException(String file, long offset) {
    super("index file " + file + " is damaged in the page at offset " + offset);
    this.file = file;
  }

  /** The name of the file. */
  String file() {
    return file;
  }
}
