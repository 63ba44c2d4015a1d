package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.MasterKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The algorithms, against the test vectors of their sources, and what wraps a key. */
final class CryptographyTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @Test
  void keysAreDerivedAsInTheFirstExampleOfRfc5869() {
    byte[] secret = new byte[22];
    Arrays.fill(secret, (byte) 0x0b);
    byte[] info = hex("f0f1f2f3f4f5f6f7f8f9");
    assertThat(Hkdf.derive(secret, counting(13), info, 42))
        .isEqualTo(
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
  }

  @Test
  void keysOfIndexesAreHashedAsInThePaperOnSipHash() {
    KeyedHash hash = new KeyedHash(counting(16));
    assertThat(hash.bytes(counting(15), 0, 15)).isEqualTo(0xa129_ca61_49be_45e5L);
    byte[] shifted = new byte[40];
    System.arraycopy(counting(15), 0, shifted, 7, 15);
    assertThat(hash.bytes(shifted, 7, 15)).isEqualTo(0xa129_ca61_49be_45e5L);
    assertThat(hash.bytes(new byte[0], 0, 0)).isEqualTo(0x726f_db47_dd0e_0e31L);
    assertThat(hash.bytes(counting(8), 0, 8)).isEqualTo(0x93f5_f579_9a93_2462L);
  }

  @Test
  void aKeyUnwrapsWhatItWrappedInItsPlaceAndNothingElse() {
    MasterKey key = MasterKey.of(counting(32));
    byte[] secret = counting(64);
    byte[] place = {1, 2, 3};
    byte[] wrapped = key.wrap(secret, place);
    assertThat(key.unwrap(wrapped, place)).isEqualTo(secret);
    assertThatThrownBy(() -> key.unwrap(wrapped, new byte[] {1, 2, 4}))
        .isInstanceOf(StoreKeyException.class);
    assertThatThrownBy(() -> MasterKey.of(new byte[32]).unwrap(wrapped, place))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining(MasterKey.of(new byte[32]).id());
    for (int i = 0; i < wrapped.length; i++) {
      byte[] changed = wrapped.clone();
      changed[i] ^= 4;
      assertThatThrownBy(() -> key.unwrap(changed, place)).isInstanceOf(StoreKeyException.class);
    }
    assertThatThrownBy(() -> key.unwrap(new byte[5], place)).isInstanceOf(StoreKeyException.class);
  }

  @Test
  void aKeyIsNamedWithoutBeingShown() {
    MasterKey key = MasterKey.of(counting(32));
    assertThat(key.id()).hasSize(16).isNotEqualTo(MasterKey.of(new byte[32]).id());
    assertThat(key.toString()).contains(key.id()).doesNotContain("00010203");
    assertThatThrownBy(() -> MasterKey.of(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("new-key");
  }
}
