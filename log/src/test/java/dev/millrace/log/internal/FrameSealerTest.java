package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** A sealed frame is as the format draws it, and as nobody has changed it. */
final class FrameSealerTest {
  private static final int AT = 24;
  private static final SegmentKey KEY =
      new SegmentKey("000000000001.seg", new byte[SegmentKey.BYTES], Hash64.XXH3);

  /** Gives two numbers, from which the nonces begin. */
  private record Beginning(int high, long low) implements RandomGenerator {
    @Override
    public int nextInt() {
      return high;
    }

    @Override
    public long nextLong() {
      return low;
    }
  }

  private final byte[] plain = new byte[4_096];
  private final byte[] sealed = new byte[4_096];
  private final int length = encode();

  private int encode() {
    List<TagValue> tags = List.of(new TagValue("account", "a-1"));
    Append append =
        Append.of(new UUID(5, 6), List.of(new NewEvent("opened", 1, tags, Bytes.utf8("secret"))));
    FrameEncoder.Group group = new FrameEncoder.Group(11, 12, 4_096, 13);
    return new FrameEncoder().append(plain, 0, group, append, 14);
  }

  private int seal(FrameSealer sealer) {
    Arrays.fill(sealed, (byte) 0x5A);
    return sealer.seal(plain, length, sealed, AT);
  }

  private static FrameSealer sealer(int high, long low) {
    return KEY.sealer(new Beginning(high, low));
  }

  private byte[] nonce() {
    return Arrays.copyOfRange(sealed, AT + 80, AT + 92);
  }

  @Test
  void aSealedFrameIsAsTheFormatDrawsIt() throws GeneralSecurityException {
    int bytes = seal(sealer(3, 4));
    assertThat(bytes).isEqualTo(length + 12 + 16);
    assertThat(LittleEndian.getInt(sealed, AT + 4)).isEqualTo(bytes);
    assertThat(Arrays.copyOfRange(sealed, AT + 8, AT + 80))
        .as("the header, in clear")
        .isEqualTo(Arrays.copyOfRange(plain, 8, 80));
    CRC32C crc = new CRC32C();
    crc.update(sealed, AT + 4, bytes - 4);
    assertThat(LittleEndian.getInt(sealed, AT)).isEqualTo((int) crc.getValue());
    int aligned = (bytes + 7) / 8 * 8;
    assertThat(Arrays.copyOfRange(sealed, AT + bytes, AT + aligned))
        .as("the zeros after it")
        .isEqualTo(new byte[aligned - bytes]);
    assertThat(sealed[AT - 1]).as("what is before it").isEqualTo((byte) 0x5A);
    assertThat(sealed[AT + aligned]).as("what is after it").isEqualTo((byte) 0x5A);

    byte[] derived = Hkdf.derive(new byte[32], Hkdf.NO_SALT, "millrace frames 1", 32);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(derived, "AES"),
        new GCMParameterSpec(128, sealed, AT + 80, 12));
    cipher.updateAAD(sealed, AT + 4, 76);
    assertThat(cipher.doFinal(sealed, AT + 92, bytes - 92))
        .isEqualTo(Arrays.copyOfRange(plain, 80, length));
  }

  @Test
  void whatIsSealedIsOpenedToWhatItWas() {
    seal(sealer(3, 4));
    byte[] opened = new byte[sealed.length];
    assertThat(KEY.open(sealed, AT, opened)).isTrue();
    assertThat(Arrays.copyOfRange(opened, 4, length))
        .as("all but the checksum")
        .isEqualTo(Arrays.copyOfRange(plain, 4, length));
  }

  @Test
  void aChangeAnywhereIsFoundThoughTheChecksumMayBeRight() {
    int bytes = seal(sealer(3, 4));
    byte[] opened = new byte[sealed.length];
    for (int at = 4; at < bytes; at++) {
      sealed[AT + at] ^= 1;
      if (at >= 8) { // a length that leads out of the array is not asked for
        assertThat(KEY.open(sealed, AT, opened)).as("byte %d", at).isFalse();
      }
      sealed[AT + at] ^= 1;
    }
    LittleEndian.putInt(sealed, AT + 4, bytes - 1);
    assertThat(KEY.open(sealed, AT, opened)).as("cut by a byte").isFalse();
    LittleEndian.putInt(sealed, AT + 4, 80 + 28 - 1);
    assertThat(KEY.open(sealed, AT, opened)).as("no room for nonce and tag").isFalse();
  }

  @Test
  void aFrameWithoutBytesIsSealedToo() {
    int bytes = sealer(3, 4).seal(plain, 80, sealed, AT);
    assertThat(bytes).isEqualTo(108);
    assertThat(KEY.open(sealed, AT, new byte[200])).isTrue();
  }

  @Test
  void theFirstNonceIsTheOneAfterWhatWasDrawn() {
    seal(sealer(0x0403_0201, 0x0C0B_0A09_0807_0604L));
    assertThat(nonce()).isEqualTo(new byte[] {5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4});
  }

  @Test
  void eachNonceIsTheNextAlsoOverTheBorderOfItsWords() {
    FrameSealer sealer = sealer(7, -3);
    long[] low = {-2, -1, 0, 1};
    int[] high = {7, 7, 8, 8};
    for (int i = 0; i < low.length; i++) {
      seal(sealer);
      assertThat(LittleEndian.getLong(nonce(), 0)).isEqualTo(low[i]);
      assertThat(LittleEndian.getInt(nonce(), 8)).isEqualTo(high[i]);
    }
  }

  @Test
  void theSameFrameIsNeverSealedTheSame() {
    FrameSealer sealer = sealer(3, 4);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      int bytes = seal(sealer);
      assertThat(seen.add(Arrays.toString(Arrays.copyOfRange(sealed, AT + 92, AT + bytes))))
          .isTrue();
    }
  }
}
