package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.FileKeyProvider;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the files: of what was stored, nothing that can be read or guessed. */
final class SecrecyTest {
  private static final List<String> SECRETS =
      List.of(
          "secret-tag-name",
          "secret-tag-value",
          "secret-type",
          "secret-tenant",
          "secret-data",
          "secret-actor",
          "secret-correlation",
          "secret-command-id",
          "secret-command-type",
          "secret-payload",
          "secret-view",
          "secret-entity",
          "secret-state");

  @TempDir Path folder;

  /** Fills a store, seals segments, saves snapshots, makes a backup, and finds it all again. */
  private void fill(String name, String options) {
    Tenant tenant = new Tenant("secret-tenant");
    SnapshotKey key = new SnapshotKey("secret-view", 1, "fingerprint", tenant, "secret-entity");
    String url = "log:" + folder.resolve(name) + "?segmentBytes=16384&prepareBytes=4096" + options;
    try (EventStore store = EventStore.open(url)) {
      for (int i = 0; i < 40; i++) {
        Append append =
            Append.of(
                    new UUID(5, i),
                    List.of(
                        new NewEvent(
                            "secret-type",
                            1,
                            List.of(new TagValue("secret-tag-name", "secret-tag-value")),
                            Bytes.utf8("secret-data " + "x".repeat(900)))))
                .forTenant(tenant)
                .with(new Metadata("secret-correlation", "cause", null, "secret-actor"))
                .causedBy(
                    new CommandRecord(
                        "secret-command-id",
                        "secret-command-type",
                        7,
                        Bytes.utf8("secret-payload")));
        store.append(append).join();
      }
      store
          .snapshots()
          .save(new Snapshot(key, store.identity(), 9, Bytes.utf8("secret-state")))
          .join();
    }
    try (EventStore store = EventStore.open(url)) {
      Query query =
          Query.tags(new TagValue("secret-tag-name", "secret-tag-value")).forTenant(tenant);
      assertThat(store.read(query, 1, Direction.FORWARD, 100).events()).hasSize(40);
      assertThat(store.find(new UUID(5, 3)).orElseThrow().command().id())
          .isEqualTo("secret-command-id");
      assertThat(store.snapshots().find(key).orElseThrow().state().utf8())
          .isEqualTo("secret-state");
    }
    LogFolder.backup(
        RealDisk.at(folder.resolve(name)),
        RealDisk.at(folder.resolve(name).resolve("backup")),
        SystemSeams.shared(),
        LogProgress.NONE);
  }

  /** Which of the texts, or of their hashes as a plain index has them, stand in which files. */
  private Set<String> found(String name) throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (String secret : SECRETS) {
          if (content.contains(secret)) {
            found.add(secret);
          }
        }
        if (content.contains(hash("secret-tenant"))) {
          found.add("hash of the tenant");
        }
      }
    }
    return found;
  }

  /** As the bytes of a file. */
  private static String hash(String text) {
    long hash = Hashing.xxh3_64().hashBytesToLong(text.getBytes(StandardCharsets.UTF_8));
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(hash).array();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void nothingOfAnEncryptedStoreCanBeRead() throws IOException {
    Path key = folder.resolve("store.key");
    FileKeyProvider.create(key);
    fill("encrypted", "&encryption=file:" + key);
    assertThat(found("encrypted")).isEmpty();

    fill("plain", "");
    assertThat(found("plain")).as("the search finds what is there").containsAll(SECRETS);
    assertThat(found("plain")).contains("hash of the tenant");
  }

  @Test
  void aKeyFileIsItsOwnersAndIsNeverOverwritten() throws IOException {
    Path file = folder.resolve("store.key");
    String id = FileKeyProvider.create(file).id();
    assertThat(Encryption.key("file:" + file).id()).isEqualTo(id);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> FileKeyProvider.create(file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(FileKeyProvider.create(folder.resolve("other.key")).id()).isNotEqualTo(id);
  }

  @Test
  void whatIsNoKeyIsRefusedWithoutBeingShown() throws IOException {
    Path file = folder.resolve("bad.key");
    Files.writeString(file, "pa55word");
    assertThatThrownBy(() -> Encryption.of("file:" + file))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("new-key")
        .hasNoCause()
        .hasMessageNotContaining("pa55word");
    assertThatThrownBy(() -> Encryption.of("file:" + folder.resolve("none")))
        .isInstanceOf(StoreKeyException.class);
    assertThatThrownBy(() -> Encryption.of("env:MILLRACE_TEST_WITHOUT_KEY"))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("MILLRACE_TEST_WITHOUT_KEY");
    assertThatThrownBy(() -> Encryption.of("0123456789abcdef"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("env, file")
        .hasMessageNotContaining("0123456789abcdef");
  }
}
