package dev.millrace.testkit.sim;

/**
 * A numbered call of a simulated disk.
 *
 * @param number from 1, over the whole machine
 * @param kind what was asked for
 * @param path the file or folder
 * @param offset first byte, where that means something
 * @param length how many bytes, where that means something
 */
public record DiskCall(long number, Kind kind, String path, long offset, int length) {

  /** What a call asks for. */
  public enum Kind {
    LIST(false),
    CREATE(true),
    OPEN(false),
    RENAME(true),
    DELETE(true),
    FOLDER(true),
    LOCK(false),
    SYNC_FOLDER(true),
    SIZE(false),
    READ(false),
    WRITE(true),
    TRUNCATE(true),
    SYNC_FILE(true);

    private final boolean changing;

    Kind(boolean changing) {
      this.changing = changing;
    }

    /** Whether what a power failure leaves may differ before and after the call. */
    public boolean changing() {
      return changing;
    }
  }

  @Override
  public String toString() {
    String range = kind == Kind.WRITE || kind == Kind.READ ? "[" + offset + "+" + length + "]" : "";
    return "call " + number + ": " + kind + " " + path + range;
  }
}
