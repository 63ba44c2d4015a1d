package dev.millrace.log.wiring;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.core.store.StoreFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder of the file system.
 *
 * <p>Operations complete before their submission returns, on the thread that submits: handing them
 * to another thread would cost more than the disk does. That thread must never be interrupted,
 * since an interrupt closes the channel for everybody.
 */
public final class RealDisk implements Disk {
  private final Path folder;
  private final PageReader.Reads reads = new PageReader.Reads();

  /** Looking it up reads the table of all mounts. */
  private volatile @Nullable FileStore fileStore;

  private RealDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * A folder, created when absent; then its entry is durable, and those of folders above that were
   * created with it.
   *
   * @throws StoreFailedException when it cannot be created
   */
  public static RealDisk at(Path folder) {
    try {
      Path absolute = folder.toAbsolutePath().normalize();
      createDurably(absolute);
      return new RealDisk(absolute);
    } catch (IOException e) {
      throw new StoreFailedException(
          "the folder "
              + folder
              + " could not be created: "
              + e
              + "; check the path and its rights",
          e);
    }
  }

  private static void createDurably(Path folder) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path at = folder; at != null && Files.notExists(at); at = at.getParent()) {
      missing.add(at);
    }
    Files.createDirectories(folder);
    for (Path created : missing) {
      Path parent = created.getParent();
      if (parent != null && Files.isReadable(parent)) { // what may not be read cannot be synced
        force(parent);
      }
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry)) {
          names.add(entry.getFileName().toString());
        }
      }
    }
    names.sort(null);
    return names;
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new RealDiskFile(
        path(name),
        reads,
        FileChannel.open(
            path(name),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new RealDiskFile(
        path(name),
        reads,
        FileChannel.open(path(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  private Path path(String name) {
    Path path = folder.resolve(name);
    if (!folder.equals(path.getParent())) {
      throw new IllegalArgumentException("not a plain file name: '" + name + "'");
    }
    return path;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        path(from), path(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  @Override
  public void sync(IoCompletion completion) {
    IOException failure = null;
    try {
      force(folder);
    } catch (IOException e) {
      failure = e;
    }
    completion.completed(failure);
  }

  @Override
  public AutoCloseable lock() throws IOException {
    return FolderLock.take(folder);
  }

  @Override
  public long usableBytes() throws IOException {
    return fileStore().getUsableSpace();
  }

  @Override
  public long totalBytes() throws IOException {
    return fileStore().getTotalSpace();
  }

  private FileStore fileStore() throws IOException {
    FileStore known = fileStore;
    if (known == null) {
      known = Files.getFileStore(folder);
      fileStore = known;
    }
    return known;
  }

  @Override
  public Disk folder(String name) throws IOException {
    return new RealDisk(Files.createDirectories(path(name)));
  }

  @Override
  public String location() {
    return folder.toString();
  }
}
