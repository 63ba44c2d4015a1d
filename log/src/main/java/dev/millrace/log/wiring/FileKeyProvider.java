package dev.millrace.log.wiring;

import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.KeyProvider;
import dev.millrace.log.spi.MasterKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master key in a file: {@code file:/etc/shop.key}. */
public final class FileKeyProvider implements KeyProvider {
  private static final Logger LOG = LoggerFactory.getLogger(FileKeyProvider.class);
  private static final int MOST_BYTES = 4096;
  private static final String POSIX = "posix";

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public MasterKey open(String name) {
    Path file = Path.of(name);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new StoreKeyException("file " + file + " is too large for a key; name another one");
      }
      warnWhenOthersMayRead(file);
      return KeyText.read(Files.readString(file, StandardCharsets.ISO_8859_1), "file " + file);
    } catch (IOException e) {
      throw new StoreKeyException(
          "the key in file "
              + file
              + " cannot be read ("
              + e
              + "); name the file that the store was made with, or make a new one for a new store"
              + " with 'millrace log new-key FILE'",
          e);
    }
  }

  private static void warnWhenOthersMayRead(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains(POSIX)) {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      if (rights.contains(PosixFilePermission.OTHERS_READ)) {
        LOG.warn("file {} holds a key, but everybody may read it: chmod 600 it", file);
      }
    }
  }

  /**
   * Draws a key and writes it to a new file that only its owner may read; durable when this
   * returns.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the file is there: a key is never
   *     overwritten
   */
  public static MasterKey create(Path file) throws IOException {
    byte[] key = new byte[MasterKey.BYTES];
    new SecureRandom().nextBytes(key);
    byte[] text = (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII);
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains(POSIX);
    FileAttribute<?>[] owner =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Set<StandardOpenOption> isNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, isNew, owner)) {
      ByteBuffer rest = ByteBuffer.wrap(text);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    syncFolder(file);
    return MasterKey.of(key);
  }

  private static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
