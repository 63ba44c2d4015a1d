package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of an index file, each page of which is checked before anything of it is used for the
 * first time. Safe for use by any number of threads.
 */
final class IndexPages {
  private static final int CHUNK_SHIFT = 30;
  private static final long CHUNK = 1L << CHUNK_SHIFT;
  private static final int IN_CHUNK = (int) CHUNK - 1;
  private static final int PAGE_SHIFT = 12;

  private final DiskFile file;
  private final String name;
  private final IndexFile.Layout layout;
  private final ByteBuffer[] chunks;
  private final long[] checked; // two threads may lose one another's bits, which costs a check

  IndexPages(DiskFile file, ByteBuffer[] chunks, IndexFile.Layout layout) {
    this.file = file;
    this.name = file.name();
    this.chunks = chunks.clone();
    this.layout = layout;
    this.checked = new long[(layout.pages() >>> 6) + 1];
  }

  /** All bytes of a file, in pieces of one GiB. */
  static ByteBuffer[] chunks(DiskFile file, long size) throws IOException {
    ByteBuffer[] chunks = new ByteBuffer[(int) ((size + CHUNK - 1) / CHUNK)];
    for (int i = 0; i < chunks.length; i++) {
      int length = (int) Math.min(CHUNK, size - i * CHUNK);
      chunks[i] = file.pick(i * CHUNK, length).order(ByteOrder.LITTLE_ENDIAN);
    }
    return chunks;
  }

  /** Nobody looks anything up any more. */
  void close() {
    Closing.quietly(file);
  }

  String name() {
    return name;
  }

  /** Whether the checksums of the pages are whole. */
  boolean checksumsAreWhole() {
    CRC crc = new CRC();
    for (int page = 0; page < layout.pages(); page++) {
      crc.add(checksum(page));
    }
    return crc.value() == raw(layout.checksums() + 4L * layout.pages());
  }

  /** Checks all pages, also those that were looked at before. */
  boolean isWhole() {
    for (int page = 0; page < layout.pages(); page++) {
      if (crc(page) != checksum(page)) {
        return false;
      }
    }
    return true;
  }

  /** A checksum over checksums. */
  static final class CRC {
    private final java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    private final byte[] four = new byte[4];

    void add(int checksum) {
      LittleEndian.putInt(four, 0, checksum);
      crc.update(four, 0, four.length);
    }

    int value() {
      return (int) crc.getValue();
    }
  }

  private int raw(long at) {
    return chunks[(int) (at >>> CHUNK_SHIFT)].getInt((int) at & IN_CHUNK);
  }

  private int checksum(int page) {
    return raw(layout.checksums() + 4L * page);
  }

  private int crc(int page) {
    long at = (long) page << PAGE_SHIFT;
    ByteBuffer chunk = chunks[(int) (at >>> CHUNK_SHIFT)];
    return IndexFile.crc(chunk.slice((int) at & IN_CHUNK, layout.pageBytes(page)));
  }

  private void check(long at) {
    int page = (int) (at >>> PAGE_SHIFT);
    if ((checked[page >>> 6] & 1L << page) == 0) {
      file.prefetch((long) page << PAGE_SHIFT, layout.pageBytes(page));
      if (crc(page) != checksum(page)) {
        throw new IndexDamagedException(name, (long) page << PAGE_SHIFT);
      }
      checked[page >>> 6] |= 1L << page;
    }
  }

  /** Begins to read the page of an offset, which is about to be looked at. */
  void expect(long at) {
    int page = (int) (at >>> PAGE_SHIFT);
    file.prefetch((long) page << PAGE_SHIFT, layout.pageBytes(page));
  }

  long getLong(long at) {
    check(at);
    return chunks[(int) (at >>> CHUNK_SHIFT)].getLong((int) at & IN_CHUNK);
  }

  int getInt(long at) {
    check(at);
    return chunks[(int) (at >>> CHUNK_SHIFT)].getInt((int) at & IN_CHUNK);
  }

  short getShort(long at) {
    check(at);
    return chunks[(int) (at >>> CHUNK_SHIFT)].getShort((int) at & IN_CHUNK);
  }
}
