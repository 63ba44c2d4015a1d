package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreDamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Says where a segment went: lines of text, the last with the checksum of those before it.
 *
 * <pre>
 * millrace-archived 1
 * segment 7
 * to s3://bucket/prefix
 * name 6f9619ff-8b86-4011-b42d-00c04fc964ff-1-000000000007-8a4f00000000e5b1.segment
 * bytes 67108000
 * crc 1c291ca3
 * at 2026-11-23T09:48:46Z
 * checksum 90f599e3
 * </pre>
 *
 * @param segment its number
 * @param location of the archive
 * @param name in the archive
 * @param bytes up to where its frames end
 * @param checksum CRC-32C of these
 * @param at when it was moved
 */
record ArchiveNote(
    long segment, String location, String name, int bytes, int checksum, Instant at) {
  private static final String FIRST_LINE = "millrace-archived 1";
  private static final String CHECKSUM = "checksum ";
  private static final String SUFFIX = ".archived";
  private static final int MAX_BYTES = 64 * 1024;

  static String fileName(long segment) {
    return String.format(Locale.ROOT, "%012d", segment) + SUFFIX;
  }

  /** What a segment is called in an archive, where those of many stores may lie. */
  static String objectName(SegmentHeader header) {
    return String.format(
        Locale.ROOT,
        "%s-%d-%012d-%016x.segment",
        header.identity().id(),
        header.identity().epoch(),
        header.number(),
        header.salt());
  }

  byte[] encode() {
    String body =
        FIRST_LINE
            + "\nsegment "
            + segment
            + "\nto "
            + location
            + "\nname "
            + name
            + "\nbytes "
            + bytes
            + "\ncrc "
            + hex(checksum)
            + "\nat "
            + at
            + "\n";
    return (body + CHECKSUM + crc(body) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(int value) {
    return String.format(Locale.ROOT, "%08x", value);
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return hex((int) crc.getValue());
  }

  /** The note of a segment; null when there is none. */
  static @Nullable ArchiveNote read(Disk disk, long segment) throws IOException {
    DiskFile file;
    try {
      file = disk.open(fileName(segment));
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      byte[] bytes = new byte[(int) Math.min(file.size(), MAX_BYTES)];
      if (bytes.length > 0) {
        file.read(0, bytes.length).get(bytes);
      }
      return decode(new String(bytes, StandardCharsets.UTF_8), segment);
    } catch (RuntimeException e) {
      throw new StoreDamagedException(
          "file "
              + fileName(segment)
              + " in "
              + disk.location()
              + ", which says where the segment is archived, is not as it was written; restore it"
              + " from a copy of the folder, or salvage what is left",
          e);
    } finally {
      file.close();
    }
  }

  private static ArchiveNote decode(String text, long segment) {
    int end = text.lastIndexOf(CHECKSUM);
    String body = text.substring(0, end);
    List<String> lines = body.lines().toList();
    if (!text.substring(end).equals(CHECKSUM + crc(body) + "\n")
        || !lines.get(0).equals(FIRST_LINE)
        || Long.parseLong(value(lines, 1, "segment ")) != segment) {
      throw new IllegalArgumentException("wrong checksum, version or segment");
    }
    return new ArchiveNote(
        segment,
        value(lines, 2, "to "),
        value(lines, 3, "name "),
        Integer.parseInt(value(lines, 4, "bytes ")),
        Integer.parseUnsignedInt(value(lines, 5, "crc "), 16),
        Instant.parse(value(lines, 6, "at ")));
  }

  private static String value(List<String> lines, int line, String name) {
    if (!lines.get(line).startsWith(name)) {
      throw new IllegalArgumentException(lines.get(line));
    }
    return lines.get(line).substring(name.length());
  }
}
