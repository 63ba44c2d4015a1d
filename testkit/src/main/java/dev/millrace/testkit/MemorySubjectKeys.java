package dev.millrace.testkit;

import dev.millrace.core.personal.KeyRing;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.seam.Seams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Keeps keys in memory, for tests: what they seal is lost with the object. */
public class MemorySubjectKeys implements SubjectKeys {
  private final Seams seams;
  private final KeyRing ring = new KeyRing();

  public MemorySubjectKeys(Seams seams) {
    this.seams = seams;
  }

  @Override
  public CompletableFuture<KeyState> keyFor(Subject subject) {
    return CompletableFuture.completedFuture(stateOf(subject));
  }

  private synchronized KeyState stateOf(Subject subject) {
    return ring.find(subject).orElseGet(() -> new KeyState.Alive(make(subject)));
  }

  private SubjectKey make(Subject subject) {
    SubjectKey key = KeyRing.generate(subject, seams.newId(), seams.random());
    ring.add(key);
    return key;
  }

  @Override
  public Optional<KeyState> find(UUID key) {
    return ring.find(key);
  }

  @Override
  public Optional<KeyState> find(Subject subject) {
    return ring.find(subject);
  }

  @Override
  public boolean wasForgotten(Subject subject) {
    return ring.wasForgotten(subject);
  }

  @Override
  public synchronized CompletableFuture<List<UUID>> forget(Subject subject) {
    List<UUID> ids = ring.idsOf(subject);
    ids.forEach(ring::destroy);
    return CompletableFuture.completedFuture(new ArrayList<>(ids));
  }

  @Override
  public synchronized CompletableFuture<Void> destroy(UUID key) {
    ring.destroy(key);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<SubjectKey> renew(Subject subject) {
    if (ring.find(subject).isEmpty()) {
      return CompletableFuture.failedFuture(
          new SubjectKeysException(subject + " was never known, so that it cannot come back"));
    }
    return CompletableFuture.completedFuture(
        ring.find(subject).orElse(null) instanceof KeyState.Alive(SubjectKey key)
            ? key
            : make(subject));
  }

  @Override
  public List<KeyState.Destroyed> destroyed() {
    return ring.destroyed();
  }

  @Override
  public long alive() {
    return ring.alive();
  }

  @Override
  public void close() {
    // nothing is open
  }
}
