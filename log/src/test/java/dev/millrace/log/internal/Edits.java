package dev.millrace.log.internal;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a fuzzer does to a file that was whole: it cuts, flips, overwrites, moves and zeroes parts
 * of it, and may make checksums right again.
 */
final class Edits {
  private static final int MOST = 12;

  private final FuzzedDataProvider chosen;
  private byte[] bytes;

  /** Whether a checksum was made right again, so that a change may not be seen. */
  private boolean refitted;

  private Edits(FuzzedDataProvider chosen, byte[] bytes) {
    this.chosen = chosen;
    this.bytes = bytes;
  }

  /** Changes a file of a simulated disk, for good; true: no checksum was made right again. */
  static boolean change(SimDisk disk, String name, FuzzedDataProvider chosen, boolean refit)
      throws IOException {
    DiskFile file = disk.open(name);
    byte[] bytes = new byte[(int) file.size()];
    file.read(0, bytes.length).get(bytes);
    Edits edits = new Edits(chosen, bytes);
    edits.run(refit ? 6 : 5);
    file.truncate(0);
    file.write(0, ByteBuffer.wrap(edits.bytes), failed -> {});
    file.close();
    return !edits.refitted;
  }

  private void run(int kinds) {
    for (int i = 0; i < MOST && chosen.remainingBytes() > 0 && bytes.length > 0; i++) {
      int at = chosen.consumeInt(0, bytes.length - 1);
      switch (chosen.consumeInt(0, kinds - 1)) {
        case 0 -> bytes[at] ^= (byte) (1 << chosen.consumeInt(0, 7));
        case 1 -> {
          byte[] more = chosen.consumeBytes(chosen.consumeInt(1, 16));
          System.arraycopy(more, 0, bytes, at, Math.min(more.length, bytes.length - at));
        }
        case 2 -> {
          int from = chosen.consumeInt(0, bytes.length - 1) & -8;
          int length = Math.min(bytes.length - Math.max(at & -8, from), chosen.consumeInt(8, 512));
          System.arraycopy(bytes.clone(), from, bytes, at & -8, length);
        }
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 64), (byte) 0);
        case 4 -> bytes = Arrays.copyOf(bytes, at);
        default -> refit();
      }
    }
  }

  /** Gives the frames, as far as their lengths lead, the checksums of what they hold now. */
  private void refit() {
    refitted = true;
    int at = SegmentHeader.BYTES;
    while (at + Frame.HEADER_BYTES <= bytes.length) {
      int length = LittleEndian.getInt(bytes, at + Frame.LENGTH);
      if (length < Frame.HEADER_BYTES || length > bytes.length - at) {
        return;
      }
      CRC32C crc = new CRC32C();
      crc.update(bytes, at + Frame.LENGTH, length - Frame.LENGTH);
      LittleEndian.putInt(bytes, at + Frame.CRC, (int) crc.getValue());
      at += Frame.aligned(length);
    }
  }
}
