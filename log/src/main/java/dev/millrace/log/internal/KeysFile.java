package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The wrapped keys of all encrypted segments of a store. It is replaced as a whole, by renaming:
 * when a segment is made, and when another master key wraps them. What stands here goes before what
 * stands in a segment's header, which is never changed.
 *
 * <pre>
 *    0  8  magic "MILLKEYS"
 *    8  4  format version
 *   12  4  CRC-32C of bytes 16 to the end
 *   16 16  store id
 *   32  4  keys
 *   36  4  0
 *   40     each key, by number and salt: segment number (8), segment salt (8), {@link WrappedKey}
 * </pre>
 */
final class KeysFile {
  static final String NAME = "keys";
  static final String UNFINISHED = NAME + SegmentFiles.UNFINISHED;
  private static final long MAGIC = 0x5359_454B_4C4C_494DL; // "MILLKEYS"
  private static final int VERSION = 1;
  private static final int CRC_AT = 12;
  private static final int CHECKED_FROM = 16;
  private static final int HEADER_BYTES = 40;
  private static final int MAX_BYTES = 1 << 30;

  static final String DAMAGED =
      "the wrapped data keys are not as they were written; put back the file's copy from a backup";

  private KeysFile() {}

  /** Whose key. */
  record Place(long number, long salt) implements Comparable<Place> {
    static Place of(SegmentHeader header) {
      return new Place(header.number(), header.salt());
    }

    @Override
    public int compareTo(Place other) {
      int byNumber = Long.compare(number, other.number);
      return byNumber != 0 ? byNumber : Long.compare(salt, other.salt);
    }
  }

  static byte[] encode(UUID store, SortedMap<Place, WrappedKey> keys) {
    int length = HEADER_BYTES;
    for (WrappedKey key : keys.values()) {
      length += 2 * Long.BYTES + key.bytes();
    }
    byte[] file = new byte[length];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0);
    out.putLong(store.getMostSignificantBits()).putLong(store.getLeastSignificantBits());
    out.putInt(keys.size()).putInt(0);
    for (Map.Entry<Place, WrappedKey> entry : keys.entrySet()) {
      out.putLong(entry.getKey().number()).putLong(entry.getKey().salt());
      entry.getValue().encode(out);
    }
    out.putInt(CRC_AT, crc(file));
    return file;
  }

  /**
   * What the file of a folder holds; nothing when there is none.
   *
   * @throws StoreDamagedException when it is not as it was written
   */
  static SortedMap<Place, WrappedKey> read(Disk disk, UUID store) throws IOException {
    DiskFile file;
    try {
      file = disk.open(NAME);
    } catch (NoSuchFileException e) {
      return new TreeMap<>();
    }
    try {
      byte[] bytes = new byte[(int) Math.min(file.size(), MAX_BYTES)];
      file.read(0, bytes.length).get(bytes);
      return decode(bytes, store);
    } catch (RuntimeException e) {
      throw new StoreDamagedException(
          "file "
              + NAME
              + " in "
              + disk.location()
              + ", which holds the wrapped data keys, is not as it was written ("
              + e.getMessage()
              + "). Put its copy from a backup in its place. Without one, move it away: the keys"
              + " also stand in the segments, wrapped by the master key of the time when each was"
              + " made",
          e);
    } finally {
      file.close();
    }
  }

  private static SortedMap<Place, WrappedKey> decode(byte[] file, UUID store) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < HEADER_BYTES || in.getLong() != MAGIC) {
      throw new IllegalArgumentException("it is no file of keys");
    }
    int version = in.getInt();
    if (in.getInt() != crc(file)) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    if (version != VERSION) {
      throw new IllegalArgumentException("it has format version " + version);
    }
    UUID whose = new UUID(in.getLong(), in.getLong());
    if (!whose.equals(store)) {
      throw new IllegalArgumentException("it belongs to store " + whose + ", not " + store);
    }
    int count = in.getInt();
    in.getInt();
    TreeMap<Place, WrappedKey> keys = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Place place = new Place(in.getLong(), in.getLong());
      keys.put(place, WrappedKey.decode(in));
    }
    return keys;
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, CHECKED_FROM, file.length - CHECKED_FROM);
    return (int) crc.getValue();
  }
}
