package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.util.zip.CRC32C;

/** The checksum of a file. */
final class FileChecksum {
  private static final int PIECE = 1 << 20;

  private FileChecksum() {}

  /** CRC-32C of the first bytes. */
  static int of(DiskFile file, int length) throws IOException {
    CRC32C crc = new CRC32C();
    for (int at = 0; at < length; at += PIECE) {
      crc.update(file.read(at, Math.min(PIECE, length - at)));
    }
    return (int) crc.getValue();
  }
}
