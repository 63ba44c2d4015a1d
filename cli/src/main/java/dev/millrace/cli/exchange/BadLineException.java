package dev.millrace.cli.exchange;

/** A line of an import is not an event that can be imported. */
public final class BadLineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long line;

  BadLineException(long line, String what) {
    super("line " + line + ": " + what);
    this.line = line;
  }

  BadLineException(long line, String what, Throwable cause) {
    super("line " + line + ": " + what, cause);
    this.line = line;
  }

  /** Which, from 1. */
  public long line() {
    return line;
  }
}
