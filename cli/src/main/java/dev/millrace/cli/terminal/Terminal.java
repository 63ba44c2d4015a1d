package dev.millrace.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Standard output and error of the command.
 *
 * @param out results
 * @param err everything else: progress, logs, errors
 * @param columns asks how wide the terminal is
 */
public record Terminal(Output out, Output err, Columns columns) {
  /** Width when none can be found. */
  public static final int DEFAULT_COLUMNS = 80;

  /**
   * Set by the {@code millrace} script: which of the descriptors 1 and 2 are terminals, as in
   * {@code 12}, {@code 2} or {@code -} for none.
   */
  private static final String TERMINALS = "millrace.terminals";

  /** The width of the terminal. Asked only by what draws, since the answer takes a process. */
  @FunctionalInterface
  public interface Columns {
    /** The width in characters, at least 1. */
    int count();
  }

  /** The terminal of this process. */
  public static Terminal system(Map<String, String> environment) {
    return new Terminal(
        new Output("standard output", new FileOutputStream(FileDescriptor.out), isTerminal(1)),
        new Output("standard error", new FileOutputStream(FileDescriptor.err), isTerminal(2)),
        () -> askWidth(environment));
  }

  private static boolean isTerminal(int descriptor) {
    String known = System.getProperty(TERMINALS);
    if (known != null) {
      return known.contains(Integer.toString(descriptor));
    }
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      if (Files.isSymbolicLink(link)) {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
      }
    } catch (IOException e) {
      return false;
    }
    return Objects.requireNonNull(System.console()).isTerminal(); // never null since JDK 22
  }

  private static int askWidth(Map<String, String> environment) {
    try {
      String columns = environment.get("COLUMNS");
      if (columns != null) {
        return positive(Integer.parseInt(columns));
      }
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0) {
        return positive(Integer.parseInt(answer.strip().split(" ")[1]));
      }
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return DEFAULT_COLUMNS; // no stty, or no terminal behind standard input
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return DEFAULT_COLUMNS;
  }

  private static int positive(int columns) {
    return columns > 0 ? columns : DEFAULT_COLUMNS;
  }
}
