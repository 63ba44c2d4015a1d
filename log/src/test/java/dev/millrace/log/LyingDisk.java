package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.log.internal.ForwardingDisk;
import java.io.IOException;

/**
 * A planted fault: files whose syncs are confirmed and not done, as if the engine did not wait.
 * What makes a segment is honest, so that the fault is in the groups.
 */
final class LyingDisk extends ForwardingDisk {
  LyingDisk(Disk disk) {
    super(disk);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new LyingFile(super.open(name));
  }

  private static final class LyingFile extends ForwardingFile {
    LyingFile(DiskFile file) {
      super(file);
    }

    @Override
    public void sync(IoCompletion completion) {
      completion.completed(null);
    }
  }
}
