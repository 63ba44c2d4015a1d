package dev.millrace.testkit.sim;

/** What goes wrong at a call of a simulated disk. */
public enum Fault {
  /** Nothing. */
  NONE,
  /** The power fails: the call may or may not have had its effect, and nothing is answered. */
  CRASH,
  /** An input/output error. After a failed sync, unsynced data may be lost though reads show it. */
  ERROR,
  /** Only the beginning is written, then an error. */
  SHORT_WRITE,
  /** The disk is full: the beginning is written, then an error. */
  FULL;

  /** Whether this can happen at such a call. */
  public boolean appliesTo(DiskCall.Kind kind) {
    return switch (this) {
      case NONE -> true;
      case CRASH -> kind.changing();
      case ERROR -> kind != DiskCall.Kind.LOCK;
      case SHORT_WRITE -> kind == DiskCall.Kind.WRITE;
      case FULL ->
          switch (kind) {
            case WRITE, CREATE, FOLDER, RENAME, SYNC_FILE, SYNC_FOLDER -> true;
            case LIST, OPEN, DELETE, LOCK, SIZE, READ, TRUNCATE -> false;
          };
    };
  }
}
