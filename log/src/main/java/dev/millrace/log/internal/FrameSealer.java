package dev.millrace.log.internal;

import java.security.Key;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;

/**
 * Encrypts frames for one segment, as long as one process has it open. For one thread.
 *
 * <p>No two frames under one key may have the same nonce. Here each has the one after that of the
 * frame before, from a random beginning of 96 bits. A process that opens the segment again, or a
 * copy of it, begins elsewhere: with 2<sup>24</sup> frames to a segment, which is more than fit,
 * two openings meet with a probability of 2<sup>-71</sup>. What was written before, whether it is
 * still there or was cut off as torn, plays no part.
 */
final class FrameSealer {
  private final Key key;
  private final Cipher cipher = Gcm.cipher();
  private final CRC32C crc = new CRC32C();
  private final byte[] nonce = new byte[Gcm.NONCE_BYTES];
  private int high;
  private long low;

  FrameSealer(Key key, RandomGenerator random) {
    this.key = key;
    this.high = random.nextInt();
    this.low = random.nextLong();
  }

  /**
   * Writes a frame to an index of a buffer, encrypted, whole, with the zeros that follow.
   *
   * @param plain the frame, from index 0 on
   * @param length of the plain frame
   * @return length of the encrypted frame, without the zeros
   */
  int seal(byte[] plain, int length, byte[] target, int at) {
    int sealed = length + Frame.SEALED_BYTES;
    System.arraycopy(plain, 0, target, at, Frame.HEADER_BYTES);
    LittleEndian.putInt(target, at + Frame.LENGTH, sealed);
    next();
    System.arraycopy(nonce, 0, target, at + Frame.HEADER_BYTES, nonce.length);
    Gcm.seal(
        cipher,
        key,
        Gcm.Range.of(nonce),
        new Gcm.Range(target, at + Frame.LENGTH, Frame.HEADER_BYTES - Frame.LENGTH),
        new Gcm.Range(plain, Frame.HEADER_BYTES, length - Frame.HEADER_BYTES),
        target,
        at + Frame.HEADER_BYTES + nonce.length);
    Frame.finish(target, at, sealed, crc);
    return sealed;
  }

  private void next() {
    low++;
    high += low == 0 ? 1 : 0;
    LittleEndian.putLong(nonce, 0, low);
    LittleEndian.putInt(nonce, Long.BYTES, high);
  }
}
