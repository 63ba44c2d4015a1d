package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Copies a segment into a folder: under another name, until all of it is durable. */
public final class FolderArchiveCopy {
  private static final String UNFINISHED = ".part";

  private final FileCopy copy;
  private final Disk folder;
  private final String name;
  private boolean named;

  private FolderArchiveCopy(DiskFile file, int length, Disk folder, String name) {
    this.copy = new FileCopy(file, length, folder, name + UNFINISHED, null);
    this.folder = folder;
    this.name = name;
  }

  /** See {@link dev.millrace.log.spi.Archive#put}. */
  public static CompletableFuture<Void> run(DiskFile file, int length, Disk folder, String name) {
    return IoSeries.run(new FolderArchiveCopy(file, length, folder, name)::next);
  }

  private @Nullable List<IoScript.Step> next() throws IOException {
    List<IoScript.Step> piece = copy.next();
    if (piece != null) {
      return piece;
    }
    if (named) {
      return null;
    }
    named = true;
    return List.of(IoScript.now(() -> folder.rename(name + UNFINISHED, name)), folder::sync);
  }
}
