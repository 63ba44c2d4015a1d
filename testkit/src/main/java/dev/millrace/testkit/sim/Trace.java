package dev.millrace.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a simulation did, line by line, and a running 64-bit hash of it. Two runs of one seed must
 * give the same lines; the hash says whether they did without keeping them.
 */
public final class Trace {
  /** How many of the newest lines are kept for messages. */
  static final int RECENT = 24;

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final Deque<String> recent = new ArrayDeque<>(RECENT);
  private Consumer<String> sink = line -> {};
  private long hash = FNV_OFFSET;
  private long lines;

  /** Passes each further line on, for example into a file. */
  public void sendTo(Consumer<String> sink) {
    this.sink = sink;
  }

  /**
   * Adds a line. It must not contain what differs between runs, such as identity hashes or times.
   */
  public void add(String line) {
    long next = hash;
    for (int i = 0; i < line.length(); i++) {
      next = (next ^ line.charAt(i)) * FNV_PRIME;
    }
    hash = (next ^ '\n') * FNV_PRIME;
    lines++;
    if (recent.size() == RECENT) {
      recent.removeFirst();
    }
    recent.addLast(line);
    sink.accept(line);
  }

  /** FNV-1a over all lines. */
  public long hash() {
    return hash;
  }

  /** How many lines there have been. */
  public long lines() {
    return lines;
  }

  /** The newest lines, oldest first. */
  public List<String> recent() {
    return List.copyOf(recent);
  }
}
