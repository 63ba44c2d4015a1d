package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Keys in memory, for implementations of {@link SubjectKeys}. Safe for use from many threads.
 *
 * <p>Bounded only by the number of keys that are made: about 400 bytes each, alive or destroyed.
 */
public final class KeyRing {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<UUID, KeyState> byId = new LinkedHashMap<>();
  private final Map<Subject, List<UUID>> bySubject = new HashMap<>();
  private long alive;

  /** A new key for a subject, of random bytes; it is not added. */
  public static SubjectKey generate(Subject subject, UUID id, RandomGenerator random) {
    byte[] secret = new byte[SubjectKey.SECRET_BYTES];
    random.nextBytes(secret);
    return new SubjectKey(id, subject, Bytes.wrap(secret));
  }

  /** Adds a key that is alive. */
  public void add(SubjectKey key) {
    writing(() -> {
      byId.put(key.id(), new KeyState.Alive(key));
      bySubject.computeIfAbsent(key.subject(), first -> new ArrayList<>(1)).add(key.id());
      alive++;
      return key;
    });
  }

  /** Adds a key whose secret is not known any more. */
  public void addUnreadable(UUID id, Subject subject) {
    writing(() -> {
      bySubject.computeIfAbsent(subject, first -> new ArrayList<>(1)).add(id);
      KeyState.Destroyed state = new KeyState.Destroyed(id, subject);
      byId.put(id, state);
      return state;
    });
  }

  /** Forgets the secret of a key; answers whether it was alive. */
  public boolean destroy(UUID id) {
    return writing(() -> {
      if (byId.get(id) instanceof KeyState.Alive(SubjectKey key)) {
        byId.remove(id);
        byId.put(id, new KeyState.Destroyed(id, key.subject()));
        alive--;
        return true;
      }
      return false;
    });
  }

  /** How a key stands. */
  public Optional<KeyState> find(UUID id) {
    return reading(() -> Optional.ofNullable(byId.get(id)));
  }

  /** How the newest key of a subject stands. */
  public Optional<KeyState> find(Subject subject) {
    return reading(() -> {
      List<UUID> ids = bySubject.get(subject);
      return ids == null ? Optional.empty() : Optional.ofNullable(byId.get(ids.getLast()));
    });
  }

  /** All keys of a subject, oldest first. */
  public List<UUID> idsOf(Subject subject) {
    return reading(() -> List.copyOf(bySubject.getOrDefault(subject, List.of())));
  }

  /** Whether any key of a subject was destroyed. */
  public boolean wasForgotten(Subject subject) {
    return reading(() ->
        bySubject.getOrDefault(subject, List.of()).stream()
            .anyMatch(id -> byId.get(id) instanceof KeyState.Destroyed));
  }

  /** The keys that were destroyed, in the order in which they were. */
  public List<KeyState.Destroyed> destroyed() {
    return reading(() -> {
      List<KeyState.Destroyed> all = new ArrayList<>();
      for (KeyState state : byId.values()) {
        if (state instanceof KeyState.Destroyed destroyed) {
          all.add(destroyed);
        }
      }
      return all;
    });
  }

  /** How many keys are alive. */
  public long alive() {
    return reading(() -> alive);
  }

  private <V> V reading(Supplier<V> work) {
    lock.readLock().lock();
    try {
      return work.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private <V> V writing(Supplier<V> work) {
    lock.writeLock().lock();
    try {
      return work.get();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
