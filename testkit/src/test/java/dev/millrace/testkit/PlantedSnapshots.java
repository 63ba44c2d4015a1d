package dev.millrace.testkit;

import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The model's snapshots with a fault in them. */
final class PlantedSnapshots extends ModelSnapshots {
  private final Planted planted;
  private final StoreIdentity identity;
  private final Map<SnapshotKey, Snapshot> last = new ConcurrentHashMap<>();

  PlantedSnapshots(Planted planted, StoreIdentity identity) {
    super(identity);
    this.planted = planted;
    this.identity = identity;
  }

  @Override
  public Optional<Snapshot> find(SnapshotKey key) {
    return switch (planted) {
      case IGNORES_FINGERPRINTS -> super.find(withoutFingerprint(key));
      case KEEPS_THE_LAST_SNAPSHOT_NOT_THE_NEWEST, TAKES_SNAPSHOTS_OF_ANOTHER_HISTORY ->
          Optional.ofNullable(last.get(key));
      default -> super.find(key);
    };
  }

  @Override
  public CompletableFuture<Void> save(Snapshot snapshot) {
    boolean ours = snapshot.store().equals(identity);
    if (ours || planted == Planted.TAKES_SNAPSHOTS_OF_ANOTHER_HISTORY) {
      last.put(snapshot.key(), snapshot);
    }
    return super.save(
        planted == Planted.IGNORES_FINGERPRINTS
            ? new Snapshot(
                withoutFingerprint(snapshot.key()),
                snapshot.store(),
                snapshot.position(),
                snapshot.state())
            : snapshot);
  }

  private static SnapshotKey withoutFingerprint(SnapshotKey key) {
    return new SnapshotKey(key.view(), key.version(), "", key.tenant(), key.key());
  }
}
