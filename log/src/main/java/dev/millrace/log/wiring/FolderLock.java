package dev.millrace.log.wiring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps other processes out of a folder, by a lock of the operating system on a file that names the
 * holder. The system gives it back when the process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {
  private static final String FILE = "lock";

  /**
   * Folders that this process has. The system's locks belong to a process, and closing any channel
   * of the file gives them up: a second opening must be refused before it touches the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static FolderLock take(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw new FileSystemException(folder.toString(), null, "this process");
    }
    try {
      return take(folder, real);
    } catch (IOException | RuntimeException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private static FolderLock take(Path folder, Path real) throws IOException {
    FileChannel channel =
        FileChannel.open(
            real.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      FileLock lock =
          channel.tryLock(Long.MAX_VALUE - 1, 1, false); // not the bytes that others read
      if (lock == null) {
        throw new FileSystemException(folder.toString(), null, holder(channel));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return new FolderLock(real, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(20);
    channel.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    return pid.isBlank() ? "another process" : "process " + pid.strip();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(folder);
    }
  }
}
