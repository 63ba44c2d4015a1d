package dev.millrace.cli.terminal;

import java.io.IOException;

/** Standard output or error does not take what is written. */
public final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean closed;

  OutputException(String name, IOException cause) {
    super("cannot write to " + name + ": " + cause.getMessage(), cause);
    String message = cause.getMessage();
    // "Broken pipe" on Linux and macOS, "The pipe is being closed" on Windows.
    this.closed = message != null && (message.contains("pipe") || message.contains("Pipe"));
  }

  /** Whether the reader has gone, as {@code head} does when it has enough. */
  public boolean closed() {
    return closed;
  }
}
