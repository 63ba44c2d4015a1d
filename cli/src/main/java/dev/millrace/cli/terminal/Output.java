package dev.millrace.cli.terminal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or error, as UTF-8. What cannot be written is an {@link OutputException}. Safe
 * for use from many threads; a line is never mixed with another.
 *
 * <p>On a terminal it may have a status line: the last line, which is redrawn below what is
 * printed.
 */
public final class Output extends Writer {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final String name;
  private final boolean terminal;
  private final BufferedWriter writer;
  private @Nullable String status;

  /**
   * Wraps a stream.
   *
   * @param name for messages, as in {@code standard output}
   * @param terminal whether somebody looks at it: then each line is flushed
   */
  public Output(String name, OutputStream stream, boolean terminal) {
    this.name = name;
    this.terminal = terminal;
    this.writer =
        new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 16);
  }

  /** Whether this is a terminal. */
  public boolean isTerminal() {
    return terminal;
  }

  /** Prints a line. */
  public void line(String text) {
    synchronized (lock) {
      attempt(() -> {
        if (status != null) {
          writer.write(CLEAR_LINE);
        }
        writer.write(text);
        writer.write('\n');
        if (status != null) {
          writer.write(status);
        }
        if (terminal) {
          writer.flush();
        }
      });
    }
  }

  /**
   * Sets the line that stays at the bottom. Does nothing when this is not a terminal.
   *
   * @param text must fit on one line; null: no status any more
   */
  public void status(@Nullable String text) {
    if (!terminal) {
      return;
    }
    synchronized (lock) {
      if (text == null && status == null) {
        return;
      }
      status = text;
      attempt(() -> {
        writer.write(CLEAR_LINE);
        if (text != null) {
          writer.write(text);
        }
        writer.flush();
      });
    }
  }

  @Override
  public void write(char[] text, int from, int length) {
    synchronized (lock) {
      attempt(() -> writer.write(text, from, length));
    }
  }

  @Override
  public void write(String text) {
    synchronized (lock) {
      attempt(() -> writer.write(text));
    }
  }

  @Override
  public void flush() {
    synchronized (lock) {
      attempt(writer::flush);
    }
  }

  /** Flushes; the process' own streams stay open. */
  @Override
  public void close() {
    flush();
  }

  private void attempt(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new OutputException(name, e);
    }
  }

  private interface Write {
    void run() throws IOException;
  }
}
