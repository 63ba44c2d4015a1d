package dev.millrace.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** What the disk itself does, measured in the same run, to compare a store with. */
final class RawDisk {
  private static final int PIECE = 1 << 20;

  private final Path folder;

  RawDisk(Path folder) {
    this.folder = folder;
  }

  /** Writes of a size, each with its own fdatasync, into a file that was filled with zeros. */
  double syncsIntoZeros(int bytes, Duration duration) throws IOException {
    Path file = folder.resolve("raw-zeros");
    try (FileChannel channel = open(file)) {
      int room = 64 * PIECE;
      ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
      for (int at = 0; at < room; at += PIECE) {
        writeFully(channel, zeros.clear(), at);
      }
      channel.force(true);
      return syncs(channel, bytes, room, duration);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Writes of a size, each with its own fdatasync, at the end of a file. */
  double syncsAtTheEnd(int bytes, Duration duration) throws IOException {
    Path file = folder.resolve("raw-growing");
    try (FileChannel channel = open(file)) {
      return syncs(channel, bytes, Long.MAX_VALUE, duration);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Bytes per second of a file that grows by large writes, with one sync at the end. */
  double bytesPerSecond(int megabytes) throws IOException {
    Path file = folder.resolve("raw-sequential");
    try (FileChannel channel = open(file)) {
      ByteBuffer data = noise(PIECE);
      long start = System.nanoTime();
      for (int i = 0; i < megabytes; i++) {
        writeFully(channel, data.clear(), (long) i * PIECE);
      }
      channel.force(false);
      return (double) megabytes * PIECE / seconds(start);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static double syncs(FileChannel channel, int bytes, long room, Duration duration)
      throws IOException {
    ByteBuffer data = noise(bytes);
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long at = 0;
    int count = 0;
    while (System.nanoTime() < end) {
      if (at + bytes > room) {
        at = 0;
      }
      writeFully(channel, data.clear(), at);
      channel.force(false);
      at += bytes;
      count++;
    }
    return count / seconds(start);
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
