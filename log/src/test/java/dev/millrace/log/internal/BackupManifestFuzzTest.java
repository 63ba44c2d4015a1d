package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/** Any text in place of a manifest is refused as damaged, or means one backup. */
final class BackupManifestFuzzTest {

  @FuzzTest(maxDuration = "2m")
  void anyText(byte[] bytes) throws IOException {
    read(bytes);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    String checksum = String.format(Locale.ROOT, "checksum %08x\n", (int) crc.getValue());
    byte[] refitted = new byte[bytes.length + checksum.length()];
    System.arraycopy(bytes, 0, refitted, 0, bytes.length);
    System.arraycopy(
        checksum.getBytes(StandardCharsets.UTF_8), 0, refitted, bytes.length, checksum.length());
    read(refitted);
  }

  private static void read(byte[] bytes) throws IOException {
    SimDisk disk = SimDisk.empty();
    DiskFile file = disk.create(BackupManifest.NAME);
    file.write(0, ByteBuffer.wrap(bytes), failed -> {});
    file.close();
    try {
      BackupManifest manifest = BackupManifest.read(disk);
      assertThat(manifest).isNotNull();
      assertThat(manifest.bytes()).isGreaterThanOrEqualTo(0);
    } catch (StoreDamagedException refused) {
      assertThat(refused).hasMessageContaining(BackupManifest.NAME);
    }
  }
}
