package dev.millrace.log.spi;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps copies of sealed segments. What is put there never changes, and nothing is deleted. Safe
 * for use from many threads.
 */
public interface Archive {

  /** Where it is, as {@link ArchiveProvider#find} reads it: the store keeps this. */
  String location();

  /**
   * Copies the beginning of a file. It is durable when the answer completes; a copy that was begun
   * before is replaced.
   *
   * @param name letters, digits, dots and hyphens
   * @param file stays open
   * @param length how many bytes
   */
  CompletableFuture<Void> put(String name, DiskFile file, int length);

  /**
   * Reads a part of a copy. Blocks.
   *
   * @return exactly so many bytes, from position 0
   * @throws IOException when it is not there, is shorter, or cannot be reached
   */
  ByteBuffer get(String name, long offset, int length) throws IOException;

  /**
   * The length of a copy; empty: there is none. Blocks.
   *
   * @throws IOException when it cannot be told
   */
  OptionalLong size(String name) throws IOException;
}
