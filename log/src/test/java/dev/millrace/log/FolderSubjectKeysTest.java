package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.contract.SubjectKeysContract;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files, then crashes, damage and what is left on the disk. */
final class FolderSubjectKeysTest extends SubjectKeysContract {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");

  @TempDir Path folders;
  private final Map<SubjectKeys, Path> opened = new HashMap<>();

  @Override
  protected SubjectKeys open() {
    return open(folders.resolve("keys-" + opened.size()));
  }

  @Override
  protected SubjectKeys reopen(SubjectKeys keys) {
    keys.close();
    return open(opened.get(keys));
  }

  private SubjectKeys open(Path folder) {
    SubjectKeys keys = SubjectKeys.open("keys:" + folder);
    opened.put(keys, folder);
    return keys;
  }

  private static Subject customer(String value) {
    return new Subject(Tenant.DEFAULT, new TagValue("customer", value));
  }

  private static SubjectKey make(SubjectKeys keys, String customer) {
    return ((KeyState.Alive) keys.keyFor(customer(customer)).join()).key();
  }

  @Test
  void aDestroyedSecretIsNowhereInTheFolder() throws Exception {
    Path folder = folders.resolve("erased");
    SubjectKeys keys = open(folder);
    SubjectKey kept = make(keys, "c-1");
    SubjectKey gone = make(keys, "c-2");
    assertThat(everyByte(folder)).contains(hex(kept), hex(gone));
    assertThat(keys.forget(customer("c-2")).join()).containsExactly(gone.id());
    assertThat(everyByte(folder)).contains(hex(kept)).doesNotContain(hex(gone));
    keys.close();
  }

  private static String hex(SubjectKey key) {
    return HexFormat.of().formatHex(key.secret().toArray());
  }

  private static String everyByte(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(HexFormat.of().formatHex(Files.readAllBytes(file))).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void aFolderBelongsToOneProcessAndNotToAStore() {
    Path folder = folders.resolve("taken");
    try (SubjectKeys keys = open(folder)) {
      assertThat(keys.alive()).isZero();
      assertThatThrownBy(() -> SubjectKeys.open("keys:" + folder))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining("this process");
    }
    Path store = folders.resolve("store");
    EventStore.open("log:" + store).close();
    assertThatThrownBy(() -> SubjectKeys.open("keys:" + store))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kept apart");
    assertThatThrownBy(() -> SubjectKeys.open("nothing:here"))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("keys");
  }

  @Test
  void aFlippedBitNeverPassesForAForgottenSubject() throws Exception {
    Path folder = folders.resolve("whole");
    List<SubjectKey> made = new ArrayList<>();
    try (SubjectKeys keys = open(folder)) {
      for (int i = 0; i < 4; i++) {
        made.add(make(keys, "c-" + i));
      }
      assertThat(keys.forget(customer("c-1")).join()).hasSize(1);
    }
    byte[] whole = Files.readAllBytes(folder.resolve("subjects.keys"));
    Path damaged = Files.createDirectories(folders.resolve("damaged"));
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] bytes = whole.clone();
      bytes[at] ^= (byte) (1 << at % 8);
      Files.write(damaged.resolve("subjects.keys"), bytes);
      try (SubjectKeys keys = SubjectKeys.open("keys:" + damaged)) {
        // what was not refused has every key as it was; the newest record alone may be cut off
        for (SubjectKey key : List.of(made.get(0), made.get(2), made.get(3))) {
          assertThat(keys.find(key.id())).as("bit at %s", at).contains(new KeyState.Alive(key));
        }
        assertThat(keys.find(made.get(1).id()).orElseThrow())
            .as("bit at %s", at)
            .isInstanceOf(KeyState.Destroyed.class);
      } catch (SubjectKeysException expected) {
        assertThat(expected).hasMessageContaining("subjects.keys at offset");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(whole.length / 2);
  }

  /** What was promised. */
  private static final class Promised {
    final Map<UUID, SubjectKey> alive = new LinkedHashMap<>();
    final Map<UUID, SubjectKey> destroyed = new LinkedHashMap<>();
    final Map<UUID, SubjectKey> inDoubt = new LinkedHashMap<>();
  }

  private static FolderSubjectKeys open(Simulation simulation) {
    return simulation.await(FolderSubjectKeys.opening(simulation.disk(), simulation.seams()));
  }

  @Test
  void whatWasPromisedIsThereAfterACutAtEveryCall() {
    DiskCuts<Promised> cuts =
        DiskCuts.of(
            Promised::new,
            FolderSubjectKeysTest::use,
            (simulation, promised, cut) -> {
              FolderSubjectKeys keys = open(simulation);
              check(keys, promised);
              simulation.await(keys.closing());
            });
    assertThat((NIGHTLY ? cuts : cuts.maxImages(8)).forEachCut(11)).isGreaterThan(200);
  }

  private static void use(Simulation simulation, Promised promised) {
    FolderSubjectKeys keys = open(simulation);
    List<CompletableFuture<KeyState>> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asked.add(keys.keyFor(customer("c-" + i)));
    }
    for (CompletableFuture<KeyState> one : asked) {
      SubjectKey key = ((KeyState.Alive) simulation.await(one)).key();
      promised.alive.put(key.id(), key);
    }
    forget(simulation, keys, promised, "c-1");
    SubjectKey again = simulation.await(keys.renew(customer("c-1")));
    promised.alive.put(again.id(), again);
    forget(simulation, keys, promised, "c-2");
    simulation.await(keys.closing());
  }

  private static void forget(
      Simulation simulation, FolderSubjectKeys keys, Promised promised, String customer) {
    KeyState state = keys.find(customer(customer)).orElseThrow();
    SubjectKey key = ((KeyState.Alive) state).key();
    promised.alive.remove(key.id());
    promised.inDoubt.put(key.id(), key);
    List<UUID> gone = simulation.await(keys.forget(customer(customer)));
    assertThat(gone).contains(key.id());
    promised.inDoubt.remove(key.id());
    promised.destroyed.put(key.id(), key);
  }

  private static void check(FolderSubjectKeys keys, Promised promised) {
    promised.alive.forEach(
        (id, key) -> assertThat(keys.find(id)).contains(new KeyState.Alive(key)));
    promised.destroyed.forEach(
        (id, key) -> assertThat(keys.find(id)).contains(new KeyState.Destroyed(id, key.subject())));
    promised.inDoubt.forEach((id, key) ->
        assertThat(keys.find(id).orElseThrow())
            .isIn(new KeyState.Alive(key), new KeyState.Destroyed(id, key.subject())));
  }
}
