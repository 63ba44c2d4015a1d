package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.Tenant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots: the newest of exactly this key and this history, or none. */
abstract class SnapshotTests extends StoreTests {
  private static final SnapshotKey KEY =
      new SnapshotKey("balance", 1, "fingerprint", Tenant.DEFAULT, "account-1");

  SnapshotTests(EventStoreContract contract) {
    super(contract);
  }

  /** An engine may keep no snapshots at all. */
  @BeforeEach
  void fill() {
    assumeFalse(snapshots().equals(SnapshotStore.NONE), "this engine keeps no snapshots");
    for (int i = 0; i < 20; i++) {
      stored(append(event("a")));
    }
  }

  private SnapshotStore snapshots() {
    return store().snapshots();
  }

  private Snapshot save(SnapshotKey key, long position, String state) {
    Snapshot snapshot = new Snapshot(key, store().identity(), position, Bytes.utf8(state));
    await(snapshots().save(snapshot));
    return snapshot;
  }

  @Test
  void whatWasSavedIsFoundAlsoAfterARestart() throws Exception {
    assertThat(snapshots().find(KEY)).isEmpty();
    Snapshot saved = save(KEY, 5, "five");
    assertThat(snapshots().find(KEY)).contains(saved);
    restart();
    assertThat(snapshots().find(KEY)).contains(saved);
  }

  @Test
  void theNewestWins() throws Exception {
    save(KEY, 5, "five");
    Snapshot newest = save(KEY, 9, "nine");
    assertThat(snapshots().find(KEY)).contains(newest);
    save(KEY, 7, "seven, late");
    assertThat(snapshots().find(KEY)).contains(newest);
    restart();
    assertThat(snapshots().find(KEY)).contains(newest);
  }

  @Test
  void anyOtherKeyFindsNothing() throws Exception {
    save(KEY, 5, "five");
    List<SnapshotKey> others =
        List.of(
            new SnapshotKey("other", 1, "fingerprint", Tenant.DEFAULT, "account-1"),
            new SnapshotKey("balance", 2, "fingerprint", Tenant.DEFAULT, "account-1"),
            new SnapshotKey("balance", 1, "other", Tenant.DEFAULT, "account-1"),
            new SnapshotKey("balance", 1, "fingerprint", new Tenant("acme"), "account-1"),
            new SnapshotKey("balance", 1, "fingerprint", Tenant.DEFAULT, "account-2"));
    for (int start = 0; start < 2; start++) {
      for (SnapshotKey other : others) {
        assertThat(snapshots().find(other)).as("%s", other).isEmpty();
      }
      restart();
    }
  }

  @Test
  void keysDoNotOverwriteEachOther() throws Exception {
    SnapshotKey other = new SnapshotKey("balance", 1, "other", Tenant.DEFAULT, "account-1");
    SnapshotKey odd = new SnapshotKey("a/../b", 1, "*", new Tenant("ключ"), "x:1/y \0 😀");
    Snapshot first = save(KEY, 5, "five");
    Snapshot second = save(other, 6, "six");
    Snapshot third = save(odd, 7, "");
    for (int start = 0; start < 2; start++) {
      assertThat(snapshots().find(KEY)).contains(first);
      assertThat(snapshots().find(other)).contains(second);
      assertThat(snapshots().find(odd)).contains(third);
      restart();
    }
  }

  @Test
  void aSnapshotOfAnotherHistoryIsNotFound() throws Exception {
    StoreIdentity here = store().identity();
    StoreIdentity otherStore = new StoreIdentity(new UUID(1, 2), here.epoch());
    StoreIdentity otherEpoch = new StoreIdentity(here.id(), here.epoch() + 1);
    Snapshot saved = save(KEY, 5, "five");
    for (StoreIdentity other : List.of(otherStore, otherEpoch)) {
      await(snapshots().save(new Snapshot(KEY, other, 9, Bytes.utf8("nine"))));
      assertThat(snapshots().find(KEY).filter(found -> !found.store().equals(here))).isEmpty();
    }
    restart();
    assertThat(snapshots().find(KEY).filter(found -> !found.equals(saved))).isEmpty();
  }

  @Test
  void aLargeStateComesBack() throws Exception {
    byte[] state = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(state);
    Snapshot saved = new Snapshot(KEY, store().identity(), 5, Bytes.wrap(state));
    await(snapshots().save(saved));
    restart();
    assertThat(snapshots().find(KEY)).contains(saved);
  }
}
