package dev.millrace.log.internal;

import dev.millrace.core.store.MillraceException;
import java.io.IOException;

/**
 * The writer needs bytes that are in an archive, for which it does not wait: the append comes back
 * to it when they are here.
 */
final class SegmentElsewhereException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final transient ArchivedFile file;
  private final int offset;
  private final int length;

  SegmentElsewhereException(ArchivedFile file, int offset, int length) {
    super("segment " + file.name() + " is archived");
    this.file = file;
    this.offset = offset;
    this.length = length;
  }

  /** Fetches what was needed. Blocks. */
  void fetch() throws IOException {
    var unused = file.read(offset, length);
  }
}
