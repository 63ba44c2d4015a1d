package dev.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** What the disk itself does, measured in the same run, to compare a store with. */
final class RawDisk {
  /** Of a raw write, and of a raw random read. */
  static final int BLOCK = 4096;

  private static final int PIECE = 1 << 20;

  /** Written over and over; not so much that the device's own cache matters more than syncs. */
  private static final int ZEROS = 64 * PIECE;

  /** O_DIRECT; the JDK has it, but javac warns of its package. */
  private static final OpenOption DIRECT = direct();

  private final Path folder;

  RawDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * A loop of writes, each with its own fdatasync.
   *
   * @param perSecond how many
   * @param p50Micros of one write with its sync
   * @param p99Micros of one write with its sync: what no store on this disk can be better than
   */
  record Syncs(double perSecond, double p50Micros, double p99Micros) {}

  /** Writes of a block, each with its own fdatasync, into a file that was filled with zeros. */
  Syncs syncsIntoZeros(Duration duration) throws IOException {
    Path file = folder.resolve("raw-zeros");
    try (FileChannel channel = open(file)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
      for (int at = 0; at < ZEROS; at += PIECE) {
        writeFully(channel, zeros.clear(), at);
      }
      channel.force(true);
      return syncs(channel, ZEROS, duration);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Writes of a block, each with its own fdatasync, at the end of a file. */
  Syncs syncsAtTheEnd(Duration duration) throws IOException {
    Path file = folder.resolve("raw-growing");
    try (FileChannel channel = open(file)) {
      return syncs(channel, Long.MAX_VALUE, duration);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Sequential writes: into a file that grows, and over what is written, a sync at the end each.
   */
  record Sequential(double growing, double overwriting) {}

  /** Bytes per second of large writes. */
  Sequential sequential(int megabytes) throws IOException {
    Path file = folder.resolve("raw-sequential");
    try (FileChannel channel = open(file)) {
      return new Sequential(pass(channel, megabytes), pass(channel, megabytes));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static double pass(FileChannel channel, int megabytes) throws IOException {
    ByteBuffer data = noise(PIECE);
    long start = System.nanoTime();
    for (int i = 0; i < megabytes; i++) {
      writeFully(channel, data.clear(), (long) i * PIECE);
    }
    channel.force(false);
    return (double) megabytes * PIECE / seconds(start);
  }

  /**
   * Reads blocks at random places of files, past the page cache.
   *
   * @param series how many reads one after the other count as one
   * @return of each series, in nanoseconds
   */
  static Histogram randomReads(List<Path> files, int reads, int series, SplittableRandom random)
      throws IOException {
    Histogram histogram = Latencies.histogram();
    ByteBuffer buffer = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
    for (int i = 0; i < reads; i++) {
      long nanos = 0;
      for (int j = 0; j < series; j++) {
        Path file = files.get(random.nextInt(files.size()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, DIRECT)) {
          long at = random.nextLong(Math.max(1, channel.size() / BLOCK)) * BLOCK;
          buffer.clear().limit(BLOCK);
          long start = System.nanoTime();
          int _ = channel.read(buffer, at);
          nanos += System.nanoTime() - start;
        }
      }
      histogram.recordValue(nanos);
    }
    return histogram;
  }

  private static OpenOption direct() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK cannot read past the page cache", e);
    }
  }

  private static Syncs syncs(FileChannel channel, long room, Duration duration) throws IOException {
    ByteBuffer data = noise(BLOCK);
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long at = 0;
    Histogram histogram = Latencies.histogram();
    long now = start;
    while (now < end) {
      if (at + BLOCK > room) {
        at = 0;
      }
      writeFully(channel, data.clear(), at);
      channel.force(false);
      at += BLOCK;
      long done = System.nanoTime();
      Latencies.record(histogram, done - now);
      now = done;
    }
    return new Syncs(
        histogram.getTotalCount() / seconds(start),
        Latencies.p50Micros(histogram),
        Latencies.p99Micros(histogram));
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static void writeFully(FileChannel channel, ByteBuffer data, long offset)
      throws IOException {
    long at = offset;
    while (data.hasRemaining()) {
      at += channel.write(data, at);
    }
  }

  private static ByteBuffer noise(int bytes) {
    ByteBuffer data = ByteBuffer.allocateDirect(bytes);
    long state = 42;
    while (data.hasRemaining()) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      data.put((byte) (state >>> 56));
    }
    return data;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
