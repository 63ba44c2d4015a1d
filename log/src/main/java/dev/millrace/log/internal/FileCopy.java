package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Copies the beginning of a file, piece by piece, and makes the copy durable. */
final class FileCopy {
  private static final int PIECE = 1 << 20;

  private final DiskFile from;
  private final int length;
  private final Disk to;
  private final String name;
  private final byte @Nullable [] firstBytes;
  private final CRC32C crc = new CRC32C();
  private @Nullable DiskFile made;
  private int copied;
  private boolean done;

  /**
   * A copy that has not begun.
   *
   * @param from stays open
   * @param length how many bytes
   * @param firstBytes what stands in the copy instead of the first bytes; null: the same
   */
  FileCopy(DiskFile from, int length, Disk to, String name, byte @Nullable [] firstBytes) {
    this.from = from;
    this.length = length;
    this.to = to;
    this.name = name;
    this.firstBytes = firstBytes;
  }

  /** The next piece; null when the copy is durable. */
  @Nullable List<IoScript.Step> next() throws IOException {
    if (done) {
      return null;
    }
    List<IoScript.Step> steps = new ArrayList<>();
    if (copied == 0) {
      steps.add(IoScript.now(() -> to.delete(name)));
      steps.add(IoScript.now(() -> made = to.create(name)));
    }
    int at = copied;
    byte[] piece = new byte[Math.min(PIECE, length - at)];
    from.read(at, piece.length).get(piece);
    crc.update(piece);
    if (at == 0 && firstBytes != null) {
      System.arraycopy(firstBytes, 0, piece, 0, firstBytes.length);
    }
    steps.add(completion -> made().write(at, ByteBuffer.wrap(piece), completion));
    copied += piece.length;
    if (copied == length) {
      done = true;
      steps.add(completion -> made().sync(completion));
      steps.add(IoScript.now(() -> made().close()));
    }
    return steps;
  }

  private DiskFile made() {
    return Objects.requireNonNull(made);
  }

  int copied() {
    return copied;
  }

  /** CRC-32C of what was read. */
  int checksum() {
    return (int) crc.getValue();
  }
}
