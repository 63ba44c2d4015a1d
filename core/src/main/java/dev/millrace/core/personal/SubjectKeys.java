package dev.millrace.core.personal;

import dev.millrace.core.wiring.SystemSeams;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the keys of subjects, apart from the events that they seal: a backup of the events must not
 * bring a key back. A subject has at most one key that is alive; of those that were destroyed, what
 * remains is that they were.
 *
 * <p>Safe for use from many threads. No method blocks for longer than a read takes; what is
 * completed is durable. What goes wrong completes exceptionally with a {@link
 * SubjectKeysException}.
 */
public interface SubjectKeys extends AutoCloseable {

  /**
   * Opens keys with the system's clock, chance and threads.
   *
   * @param url as in {@code keys:folder}: a folder of its own, not within that of a store
   * @throws SubjectKeysException when they cannot be opened, or nothing opens such a URL
   */
  static SubjectKeys open(String url) {
    return SubjectKeysProvider.find(url).open(url, SystemSeams.shared());
  }

  /**
   * The key with which a subject's new values are sealed; made when the subject is new.
   *
   * @return the key, durable; {@link KeyState.Destroyed} when the subject has been forgotten: it
   *     gets no key until {@link #renew}
   */
  CompletableFuture<KeyState> keyFor(Subject subject);

  /** How a key stands; empty: these keys do not know it. */
  Optional<KeyState> find(UUID key);

  /** How a subject stands: by its newest key; empty: it never had one. */
  Optional<KeyState> find(Subject subject);

  /** Whether any key of a subject was destroyed. */
  boolean wasForgotten(Subject subject);

  /**
   * Destroys a subject's key, for good.
   *
   * @return the ids of all keys of the subject that are destroyed, now or before, oldest first;
   *     none: the subject never had one
   */
  CompletableFuture<List<UUID>> forget(Subject subject);

  /** Destroys one key, when it is alive; for keys that a restored copy has brought back. */
  CompletableFuture<Void> destroy(UUID key);

  /**
   * Lets a forgotten subject have values again, under a new key: the old ones stay forgotten.
   *
   * @return the key that is alive, durable
   */
  CompletableFuture<SubjectKey> renew(Subject subject);

  /** All keys that were destroyed, oldest first. */
  List<KeyState.Destroyed> destroyed();

  /** How many keys are alive. */
  long alive();

  @Override
  void close();
}
