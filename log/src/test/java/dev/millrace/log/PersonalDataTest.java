package dev.millrace.log;

import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import dev.millrace.testkit.contract.PersonalDataContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the log and the folder of keys, on real files. */
final class PersonalDataTest extends PersonalDataContract {
  @TempDir Path folder;

  private Path store() {
    return folder.resolve("store");
  }

  private Path keys() {
    return folder.resolve("keys");
  }

  @Override
  protected EventStore openStore() {
    return EventStore.open("log:" + store());
  }

  @Override
  protected SubjectKeys openKeys() {
    return SubjectKeys.open("keys:" + keys());
  }

  @Override
  protected void backUpStore(EventStore store) {
    ((LogEventStore) store).backup(RealDisk.at(folder.resolve("backups")), LogProgress.NONE).join();
  }

  @Override
  protected void restoreStore() throws IOException {
    Files.move(store(), folder.resolve("replaced"));
    LogFolder.restore(
        RealDisk.at(folder.resolve("backups")),
        RealDisk.at(store()),
        SystemSeams.shared(),
        LogProgress.NONE);
  }

  @Override
  protected void copyKeys() throws IOException {
    copy(keys(), Files.createDirectories(folder.resolve("copied-keys")));
  }

  @Override
  protected void restoreKeys() throws IOException {
    copy(folder.resolve("copied-keys"), keys());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }

  @Override
  protected Map<String, byte[]> filesOfStore() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String part : new String[] {"store", "replaced", "backups"}) {
      files.putAll(files(folder.resolve(part)));
    }
    return files;
  }

  @Override
  protected Map<String, byte[]> filesOfKeys() throws IOException {
    return files(keys());
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(Files::isRegularFile).forEach(file -> files.put(file.toString(), bytes(file)));
      }
    }
    return files;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
