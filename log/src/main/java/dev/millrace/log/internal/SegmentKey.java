package dev.millrace.log.internal;

import dev.millrace.core.store.StoreDamagedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.Key;
import java.util.random.RandomGenerator;
import javax.crypto.spec.SecretKeySpec;

/**
 * What opens the frames of an encrypted segment, and seals those that are added to it. An opened
 * frame is one as in a plain segment; see {@link Frame} for both. Safe for use from any thread.
 */
final class SegmentKey {
  static final int BYTES = 32;

  private final String fileName;
  private final byte[] dataKey;
  private final Key frames;
  private final Hash64 hash;

  /**
   * The key of a segment.
   *
   * @param fileName of the segment, for messages
   * @param dataKey unwrapped
   * @param hash of the store's encrypted segments
   */
  SegmentKey(String fileName, byte[] dataKey, Hash64 hash) {
    this.fileName = fileName;
    this.dataKey = dataKey;
    this.frames =
        new SecretKeySpec(Hkdf.derive(dataKey, Hkdf.NO_SALT, "millrace frames 1", BYTES), "AES");
    this.hash = hash;
  }

  /** The hash of the keys in its index. */
  Hash64 hash() {
    return hash;
  }

  /** What adds frames to the segment, for one thread; its nonces begin by chance. */
  FrameSealer sealer(RandomGenerator random) {
    return new FrameSealer(frames, random);
  }

  /** A key of another purpose, different for each salt. */
  Key derive(byte[] salt, String purpose) {
    return new SecretKeySpec(Hkdf.derive(dataKey, salt, purpose, BYTES), "AES");
  }

  /**
   * Opens a frame.
   *
   * @param stored where it is, whole and with events
   * @param at its first byte there
   * @param target room for as many bytes
   * @return whether it, and its header, are as they were sealed
   */
  boolean open(byte[] stored, int at, byte[] target) {
    int length = LittleEndian.getInt(stored, at + Frame.LENGTH);
    if (length < Frame.HEADER_BYTES + Frame.SEALED_BYTES) {
      return false;
    }
    int sealed = at + Frame.HEADER_BYTES + Gcm.NONCE_BYTES;
    if (!Gcm.open(
        frames,
        new Gcm.Range(stored, at + Frame.HEADER_BYTES, Gcm.NONCE_BYTES),
        new Gcm.Range(stored, at + Frame.LENGTH, Frame.HEADER_BYTES - Frame.LENGTH),
        new Gcm.Range(stored, sealed, at + length - sealed),
        target,
        Frame.HEADER_BYTES)) {
      return false;
    }
    System.arraycopy(stored, at, target, 0, Frame.HEADER_BYTES);
    LittleEndian.putInt(target, Frame.LENGTH, length - Frame.SEALED_BYTES);
    return true;
  }

  /** Opens a frame that must be as it was sealed. */
  ByteBuffer open(ByteBuffer stored, int offset) {
    int length = stored.getInt(Frame.LENGTH);
    byte[] bytes = new byte[length];
    stored.get(0, bytes);
    byte[] opened = new byte[length];
    if (!open(bytes, 0, opened)) {
      throw damaged(offset);
    }
    return ByteBuffer.wrap(opened, 0, length - Frame.SEALED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  StoreDamagedException damaged(int offset) {
    return new StoreDamagedException(
        "segment "
            + fileName
            + " is damaged at offset "
            + offset
            + ": "
            + CHANGED
            + ". Run 'millrace log verify' with the key to see all of the damage, and restore it"
            + " from a backup or salvage it");
  }

  static final String CHANGED = "a frame's checksum is right, but its contents were changed";
}
