package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.log.spi.Archive;
import dev.millrace.log.spi.ArchiveProvider;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store's folder, some of whose segments are in archives.
 *
 * <p>A segment that went to an archive leaves its first page, the header, under its name, so that
 * the chain of headers on which all proofs rest stays on the disk; beside it lies a note that says
 * where the rest went. A file with more than a header is read where it is, whatever a note says:
 * the note comes before the frames go, and goes after they have come back.
 */
public final class ArchivedDisk extends ForwardingDisk {
  /** Pieces of 1 MiB that are kept in memory. */
  private static final int BLOCKS = 64;

  private final Disk disk;
  private final Function<String, Archive> archives;
  private final ConcurrentMap<String, Archive> opened = new ConcurrentHashMap<>();
  private final ArchiveBlocks blocks;

  private ArchivedDisk(Disk disk, Function<String, Archive> archives, int blocks) {
    super(disk);
    this.disk = disk;
    this.archives = archives;
    this.blocks = new ArchiveBlocks(blocks);
  }

  /** A folder whose archives are found on the class path. */
  public static ArchivedDisk of(Disk disk) {
    return disk instanceof ArchivedDisk already
        ? already
        : new ArchivedDisk(disk, ArchiveProvider::find, BLOCKS);
  }

  /**
   * A folder with other archives.
   *
   * @param blocks pieces of 1 MiB that are kept in memory
   */
  public static ArchivedDisk of(Disk disk, Function<String, Archive> archives, int blocks) {
    return new ArchivedDisk(disk, archives, blocks);
  }

  /** The archive at a location. */
  Archive archive(String location) {
    return opened.computeIfAbsent(location, archives);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    DiskFile file = disk.open(name);
    if (!SegmentHeader.isSegment(name)) {
      return file;
    }
    try {
      ArchivedFile archived = archived(file);
      return archived == null ? file : archived;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private @Nullable ArchivedFile archived(DiskFile file) throws IOException {
    if (file.size() != SegmentHeader.BYTES) {
      return null;
    }
    ArchiveNote note = ArchiveNote.read(disk, SegmentHeader.number(file.name()));
    return note == null ? null : new ArchivedFile(file, note, this::archive, blocks);
  }
}
