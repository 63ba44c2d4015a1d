package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a backup consists of: lines of text, the last with the checksum of those before it. It is
 * put in place last, so that a folder has the backup of before or the new one, never half of one.
 * That of an encrypted store begins with {@code millrace-backup 2}, and has after its head a line
 * {@code keys keys-3 512 0a1b2c3d} for the copy of the file of keys.
 *
 * <pre>
 * millrace-backup 1
 * store 6f9619ff-8b86-4011-b42d-00c04fc964ff
 * epoch 1
 * backup 3
 * made 2026-11-23T09:48:46Z
 * head 1234
 * segment 1 000000000001-1.segment 67108000 1c291ca3 8a4f00000000e5b1 1 sealed
 * segment 2 000000000002-3.segment 40960 0f3b92d8 23ac00000000f00d 901 active
 * checksum 90f599e3
 * </pre>
 *
 * @param identity whose events
 * @param number of the backup, from 1
 * @param made when it was begun
 * @param head position of the newest event
 * @param keys the copy of an encrypted store's file of keys; null: there is none
 * @param segments in order, the last one active when the backup was made
 */
record BackupManifest(
    StoreIdentity identity,
    long number,
    Instant made,
    long head,
    @Nullable Keys keys,
    List<Entry> segments) {
  static final String NAME = "backup.manifest";
  private static final String FIRST_LINE = "millrace-backup 1";
  private static final String FIRST_LINE_WITH_KEYS = "millrace-backup 2";
  private static final String CHECKSUM = "checksum ";
  private static final int MAX_BYTES = 64 << 20;

  BackupManifest {
    segments = List.copyOf(segments);
  }

  /**
   * The copy of the file of keys.
   *
   * @param file where it is
   * @param bytes of it
   * @param checksum CRC-32C of it
   */
  record Keys(String file, int bytes, int checksum) {
    String line() {
      return String.format(Locale.ROOT, "keys %s %d %08x\n", file, bytes, checksum);
    }

    static Keys parse(String line) {
      String[] words = line.split(" ", -1);
      if (words.length != 4 || !words[0].equals("keys") || !isCopy(words[1])) {
        throw new IllegalArgumentException(line);
      }
      return new Keys(words[1], Integer.parseInt(words[2]), Integer.parseUnsignedInt(words[3], 16));
    }
  }

  /**
   * A segment of the store, and the file that it was copied to.
   *
   * @param segment its number
   * @param file where its copy is
   * @param bytes of the copy
   * @param checksum CRC-32C of the copy
   * @param salt of the segment
   * @param firstPosition position of its first event
   * @param sealed whether nothing will be added to it
   */
  record Entry(
      long segment,
      String file,
      int bytes,
      int checksum,
      long salt,
      long firstPosition,
      boolean sealed) {
    String line() {
      return String.format(
          Locale.ROOT,
          "segment %d %s %d %08x %016x %d %s\n",
          segment,
          file,
          bytes,
          checksum,
          salt,
          firstPosition,
          sealed ? "sealed" : "active");
    }

    static Entry parse(String line) {
      String[] words = line.split(" ", -1);
      if (words.length != 8
          || !isCopy(words[2])
          || words[1].startsWith("-")
          || words[3].startsWith("-")) {
        throw new IllegalArgumentException(line);
      }
      return new Entry(
          Long.parseLong(words[1]),
          words[2],
          Integer.parseInt(words[3]),
          Integer.parseUnsignedInt(words[4], 16),
          Long.parseUnsignedLong(words[5], 16),
          Long.parseLong(words[6]),
          words[7].equals("sealed"));
    }
  }

  /**
   * What a segment is called in a backup: never as in a store, and never again in a later backup.
   */
  static String copyName(long segment, long backup) {
    return String.format(Locale.ROOT, "%012d-%d.segment", segment, backup);
  }

  /** What the file of keys is called in a backup. */
  static String keysName(long backup) {
    return KeysFile.NAME + "-" + backup;
  }

  static boolean isCopy(String name) {
    return name.matches("\\d{12}-\\d+\\.segment|keys-\\d+");
  }

  long bytes() {
    return segments.stream().mapToLong(Entry::bytes).sum();
  }

  byte[] encode() {
    StringBuilder text =
        new StringBuilder(keys == null ? FIRST_LINE : FIRST_LINE_WITH_KEYS).append('\n');
    text.append("store ").append(identity.id()).append('\n');
    text.append("epoch ").append(identity.epoch()).append('\n');
    text.append("backup ").append(number).append('\n');
    text.append("made ").append(made).append('\n');
    text.append("head ").append(head).append('\n');
    if (keys != null) {
      text.append(keys.line());
    }
    segments.forEach(entry -> text.append(entry.line()));
    String body = text.toString();
    return (body + CHECKSUM + crc(body) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", (int) crc.getValue());
  }

  /** The manifest in a folder; null when there is none. */
  static @Nullable BackupManifest read(Disk disk) throws IOException {
    DiskFile file;
    try {
      file = disk.open(NAME);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      int size = (int) Math.min(file.size(), MAX_BYTES);
      byte[] bytes = new byte[size];
      if (size > 0) {
        file.read(0, size).get(bytes);
      }
      return decode(new String(bytes, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw new StoreDamagedException(
          "file "
              + NAME
              + " in "
              + disk.location()
              + " is not as it was written, so that nothing there can be trusted; use another"
              + " backup, or make one into a new folder",
          e);
    } finally {
      file.close();
    }
  }

  private static BackupManifest decode(String text) {
    int end = text.lastIndexOf(CHECKSUM);
    String body = text.substring(0, end);
    List<String> lines = body.lines().toList();
    if (!text.substring(end).equals(CHECKSUM + crc(body) + "\n")
        || !(lines.get(0).equals(FIRST_LINE) || lines.get(0).equals(FIRST_LINE_WITH_KEYS))) {
      throw new IllegalArgumentException("wrong checksum or version");
    }
    List<Entry> segments = new ArrayList<>();
    Keys keys = lines.get(0).equals(FIRST_LINE) ? null : Keys.parse(lines.get(6));
    for (String line : lines.subList(keys == null ? 6 : 7, lines.size())) {
      segments.add(Entry.parse(line));
    }
    return new BackupManifest(
        new StoreIdentity(UUID.fromString(value(lines, 1, "store ")), number(lines, 2, "epoch ")),
        number(lines, 3, "backup "),
        Instant.parse(value(lines, 4, "made ")),
        number(lines, 5, "head "),
        keys,
        segments);
  }

  private static long number(List<String> lines, int line, String name) {
    return Long.parseLong(value(lines, line, name));
  }

  private static String value(List<String> lines, int line, String name) {
    if (!lines.get(line).startsWith(name)) {
      throw new IllegalArgumentException(lines.get(line));
    }
    return lines.get(line).substring(name.length());
  }
}
