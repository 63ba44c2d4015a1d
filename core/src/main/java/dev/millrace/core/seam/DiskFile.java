package dev.millrace.core.seam;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file of a {@link Disk}.
 *
 * <p>Writes are visible to reads of this process when they complete, and durable when a sync that
 * was submitted after their completion completes without failure. After a failed sync nothing can
 * be said about the unsynced writes: the caller must stop. Reads may run on any thread, beside one
 * writer.
 */
public interface DiskFile extends AutoCloseable {

  /** The name in its folder. */
  String name();

  /** Length in bytes. */
  long size() throws IOException;

  /**
   * A read-only view of bytes of the file, positioned at 0; it may be mapped memory. What it shows
   * of bytes that are written later is undefined.
   *
   * @param offset first byte; offset + length must not exceed {@link #size()}
   * @param length how many
   */
  ByteBuffer read(long offset, int length) throws IOException;

  /**
   * The same view, for who looks at single bytes of it here and there: what is around them need not
   * be read from the disk.
   *
   * @param offset first byte; offset + length must not exceed {@link #size()}
   * @param length how many
   */
  default ByteBuffer pick(long offset, int length) throws IOException {
    return read(offset, length);
  }

  /**
   * A hint: a few bytes are about to be picked, and none of those around them. A disk begins to
   * read them, so that several can be read side by side; where it cannot do so without waiting, it
   * may read them before it returns. Any thread may call it, also when the file is closed.
   *
   * @param offset first byte; offset + length must not exceed {@link #size()}
   * @param length how many
   */
  default void prefetch(long offset, int length) {}

  /**
   * Submits a write of all remaining bytes of a buffer, which must stay untouched until completion.
   * The file grows when needed. On failure any part of it may have been written.
   */
  void write(long offset, ByteBuffer data, IoCompletion completion);

  /** Submits a sync of the data ({@code fdatasync}), with the length of the file. */
  void sync(IoCompletion completion);

  /** Cuts the file. */
  void truncate(long size) throws IOException;

  @Override
  void close() throws IOException;
}
