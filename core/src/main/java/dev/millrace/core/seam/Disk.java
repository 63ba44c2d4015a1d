package dev.millrace.core.seam;

import java.io.IOException;
import java.util.List;

/**
 * A folder of files, as little of it as a store needs.
 *
 * <p>Writes and syncs are submitted and completed ({@link DiskFile}); what changes the folder
 * itself (create, rename, delete) takes effect at once for later calls, but survives a power
 * failure only after {@link #sync}. Names are plain file names without separators. Safe for use by
 * one writer and any number of readers.
 */
public interface Disk {

  /** The names of all files, in ascending order. */
  List<String> list() throws IOException;

  /**
   * Creates an empty file.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one
   */
  DiskFile create(String name) throws IOException;

  /**
   * Opens an existing file for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  DiskFile open(String name) throws IOException;

  /** Renames a file, replacing the target; atomic. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file if it exists. */
  void delete(String name) throws IOException;

  /** Makes creations, renames and deletions durable. */
  void sync(IoCompletion completion);

  /**
   * Takes the folder for this process until the lock is closed or the process ends.
   *
   * @throws java.nio.file.FileSystemException when another holder has it; its reason names the
   *     holder when known
   */
  AutoCloseable lock() throws IOException;

  /** Bytes that can still be written. */
  long usableBytes() throws IOException;

  /** Bytes that the disk has, used or not. */
  long totalBytes() throws IOException;

  /** A folder below this one, created when absent. */
  Disk folder(String name) throws IOException;

  /** Where this is, for messages. */
  String location();
}
