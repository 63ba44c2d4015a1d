package dev.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own with the class path of this one. Closing it kills it, as {@code kill -9}. */
final class Child implements AutoCloseable {
  private static final int SHOWN = 2_000;
  private static final long PATIENCE_SECONDS = 60;

  private final String name;
  private final Process process;
  private final Path errors;
  private final BufferedReader out;

  private Child(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param main the class that begins
   * @param options for the JVM
   * @param folder where its errors are written
   */
  static Child start(String main, List<String> options, List<String> arguments, Path folder)
      throws IOException {
    Path errors = Files.createTempFile(folder, "errors-", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
    return new Child(main, builder.start(), errors);
  }

  /** Its next line of standard output. */
  String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException(name + " ended before it was done: " + said());
    }
    return line;
  }

  /** Throws what goes to standard output away, so that it never waits for a reader. */
  Child unread() {
    Thread _ = Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {}));
    return this;
  }

  /** Waits for a good end. */
  void join() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(name + " does not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(name + " failed: " + said());
    }
  }

  boolean lives() {
    return process.isAlive();
  }

  /** The end of what it wrote to standard error. */
  String said() throws IOException {
    String text = Files.readString(errors, StandardCharsets.UTF_8);
    return text.substring(Math.max(0, text.length() - SHOWN)).strip();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(errors);
  }
}
