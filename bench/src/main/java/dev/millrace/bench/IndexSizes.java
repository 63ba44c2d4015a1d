package dev.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * How large the index files of a store are, by what is in them, read from their heads as {@code
 * docs/format/log.md} draws them. Files of another version than the one that is known here count as
 * a whole only.
 *
 * @param bytes of all index files
 * @param events in the index files whose version is known
 * @param appends in these
 * @param tagBytes of these, for tags and types, with the places of events and the checksums
 * @param idBytes of these, for append ids
 */
record IndexSizes(long bytes, long events, long appends, long tagBytes, long idBytes) {
  private static final String SUFFIX = ".idx";
  private static final long MAGIC = 0x5844_4E49_4C4C_494DL; // "MILLINDX"
  private static final int VERSION = 2;
  private static final int HEAD = 64;
  private static final int VERSION_AT = 8;
  private static final int EVENTS_AT = 32;
  private static final int APPENDS_AT = 44;
  private static final int ID_FILTER_AT = 52;

  /** Upper 32 and lower 16 bits of an id, and its first event. */
  private static final int BYTES_PER_ID = 4 + 2 + 4;

  private static final IndexSizes NONE = new IndexSizes(0, 0, 0, 0, 0);

  /** Of a store's folder. */
  static IndexSizes of(Path folder) throws IOException {
    IndexSizes all = NONE;
    for (Path file : files(folder)) {
      all = all.and(file(file));
    }
    return all;
  }

  /** Names and sizes, which change as long as indexes are made. */
  static String state(Path folder) throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path file : files(folder)) {
      state.append(file.getFileName()).append(' ').append(size(file)).append('\n');
    }
    return state.toString();
  }

  /** An index that was merged into another since the folder was listed is deleted. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private static IndexSizes file(Path file) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (channel.read(head, 0) < HEAD
          || head.getLong(0) != MAGIC
          || head.getInt(VERSION_AT) != VERSION) {
        return new IndexSizes(size, 0, 0, 0, 0);
      }
      long appends = head.getInt(APPENDS_AT);
      long ids = appends * BYTES_PER_ID + (long) head.getInt(ID_FILTER_AT) * Long.BYTES;
      return new IndexSizes(size, head.getInt(EVENTS_AT), appends, size - ids, ids);
    }
  }

  private IndexSizes and(IndexSizes other) {
    return new IndexSizes(
        bytes + other.bytes,
        events + other.events,
        appends + other.appends,
        tagBytes + other.tagBytes,
        idBytes + other.idBytes);
  }
}
