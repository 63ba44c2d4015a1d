package dev.millrace.log.internal;

import dev.millrace.core.personal.KeyRing;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file of keys: what is asked while a batch is written goes into the next one, with one
 * sync; one more follows when secrets are overwritten. After a failed write or sync nothing more is
 * written: what is on the disk is not known until the folder is opened again.
 */
public final class KeyFolder {
  /** Most changes that wait. */
  static final int MAX_WAITING = 100_000;

  /** Most changes of one batch. */
  static final int MAX_BATCH = 1_000;

  private final Disk disk;
  private final Seams seams;
  private final DiskFile file;
  private final AutoCloseable lock;
  private final KeyRing ring;
  private final IoScript script = new IoScript(this::advance);

  // under the lock of this object
  private final Map<UUID, Long> secrets;
  private final Deque<Change> waiting = new ArrayDeque<>();
  private final Map<Subject, CompletableFuture<SubjectKey>> making = new HashMap<>();
  private final Map<UUID, CompletableFuture<Void>> destroying = new HashMap<>();
  private List<Change> batch = List.of();
  private long end;
  private @Nullable SubjectKeysException failed;
  private @Nullable CompletableFuture<Void> drained;

  /** What is to be written. */
  private sealed interface Change {
    void fail(SubjectKeysException failure);
  }

  private record Make(SubjectKey key, CompletableFuture<SubjectKey> done) implements Change {
    @Override
    public void fail(SubjectKeysException failure) {
      done.completeExceptionally(failure);
    }
  }

  private record Destroy(UUID key, CompletableFuture<Void> done) implements Change {
    @Override
    public void fail(SubjectKeysException failure) {
      done.completeExceptionally(failure);
    }
  }

  KeyFolder(Disk disk, Seams seams, DiskFile file, AutoCloseable lock, KeyScan.Found found) {
    this.disk = disk;
    this.seams = seams;
    this.file = file;
    this.lock = lock;
    this.ring = found.ring();
    this.secrets = found.secrets();
    this.end = found.end();
  }

  /** Opens a folder of keys, or makes one. */
  public static CompletableFuture<KeyFolder> open(Disk disk, Seams seams) {
    return new KeyFolderOpening(disk, seams).open();
  }

  /** The keys that are durable. */
  public KeyRing ring() {
    return ring;
  }

  /** The key of a subject, or a new one when it has none that is alive and may get one. */
  public CompletableFuture<KeyState> keyFor(Subject subject, boolean renewing) {
    KeyState known = ring.find(subject).orElse(null);
    if (known instanceof KeyState.Alive || (known != null && !renewing)) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<SubjectKey> made;
    synchronized (this) {
      known = ring.find(subject).orElse(null); // a batch may have ended since
      if (known instanceof KeyState.Alive || (known != null && !renewing)) {
        return CompletableFuture.completedFuture(known);
      }
      made = making.get(subject);
      if (made == null) {
        made = new CompletableFuture<>();
        SubjectKey key = KeyRing.generate(subject, seams.newId(), seams.random());
        if (submit(new Make(key, made))) {
          making.put(subject, made);
        }
      }
    }
    next();
    return made.thenApply(KeyState.Alive::new);
  }

  /** Destroys a key when it is alive. */
  public CompletableFuture<Void> destroy(UUID key) {
    CompletableFuture<Void> done;
    synchronized (this) {
      if (!(ring.find(key).orElse(null) instanceof KeyState.Alive)) {
        return CompletableFuture.completedFuture(null);
      }
      done = destroying.get(key);
      if (done == null) {
        done = new CompletableFuture<>();
        if (submit(new Destroy(key, done))) {
          destroying.put(key, done);
        }
      }
    }
    next();
    return done;
  }

  /** Completes when no key of a subject is being made. */
  public CompletableFuture<?> settled(Subject subject) {
    synchronized (this) {
      CompletableFuture<SubjectKey> made = making.get(subject);
      return made == null ? CompletableFuture.completedFuture(null) : made;
    }
  }

  private boolean submit(Change change) {
    SubjectKeysException refusal = failed;
    if (drained != null) {
      refusal = new SubjectKeysException("the keys in " + disk.location() + " are closed");
    } else if (refusal == null && waiting.size() >= MAX_WAITING) {
      refusal =
          new SubjectKeysException(
              "the keys in "
                  + disk.location()
                  + " have "
                  + MAX_WAITING
                  + " changes waiting; try again later");
    }
    if (refusal != null) {
      change.fail(refusal);
      return false;
    }
    waiting.add(change);
    return true;
  }

  /** Begins the next batch when none is written. */
  private void next() {
    CompletableFuture<Void> ended = null;
    boolean begins = false;
    synchronized (this) {
      if (!batch.isEmpty()) {
        return;
      }
      if (waiting.isEmpty()) {
        ended = drained;
      } else {
        List<Change> some = new ArrayList<>();
        while (!waiting.isEmpty() && some.size() < MAX_BATCH) {
          some.add(waiting.remove());
        }
        batch = List.copyOf(some);
        begins = true;
      }
    }
    if (ended != null) {
      ended.complete(null);
    }
    if (!begins) {
      return;
    }
    CompletableFuture<Void> unused =
        seams
            .scheduler()
            .call(
                "millrace-keys",
                () -> {
                  beginOrFail();
                  return null;
                });
  }

  private void beginOrFail() {
    try {
      begin();
    } catch (RuntimeException e) { // whoever waits must learn of it
      ended(0, new IOException(e));
    }
  }

  private void begin() {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    List<Long> erased = new ArrayList<>();
    long from;
    synchronized (this) {
      from = end;
      for (Change change : batch) {
        long offset = from + records.size();
        byte[] record =
            switch (change) {
              case Make make -> {
                secrets.put(make.key().id(), offset + KeyFile.SECRET_AT);
                yield KeyFile.key(make.key(), offset, from);
              }
              case Destroy destroy -> {
                Long secret = secrets.get(destroy.key());
                if (secret != null) {
                  erased.add(secret);
                }
                yield KeyFile.destroyed(destroy.key(), offset, from);
              }
            };
        records.writeBytes(record);
      }
    }
    byte[] bytes = records.toByteArray();
    List<IoScript.Step> steps = new ArrayList<>();
    steps.add(completion -> file.write(from, ByteBuffer.wrap(bytes), completion));
    steps.add(file::sync);
    steps.addAll(erasing(file, erased));
    script.start(steps, failure -> ended(from + bytes.length, failure));
    advance();
  }

  /** Overwrites secrets; what says that they are destroyed must be durable before. */
  static List<IoScript.Step> erasing(DiskFile file, List<Long> secrets) {
    List<IoScript.Step> steps = new ArrayList<>();
    for (long secret : secrets) {
      steps.add(completion -> file.write(secret, ByteBuffer.wrap(KeyFile.zeros()), completion));
    }
    if (!steps.isEmpty()) {
      steps.add(file::sync);
    }
    return steps;
  }

  private void advance() {
    script.advance();
  }

  private void ended(long newEnd, @Nullable IOException failure) {
    List<Change> done;
    List<Change> refused = new ArrayList<>();
    SubjectKeysException latch = null;
    synchronized (this) {
      done = batch;
      batch = List.of();
      if (failure == null) {
        end = newEnd;
      } else {
        latch = failure(failure);
        failed = latch;
        refused.addAll(waiting);
        waiting.clear();
      }
      for (Change change : done) {
        switch (change) {
          case Make make -> {
            making.remove(make.key().subject());
            if (latch == null) {
              ring.add(make.key());
            }
          }
          case Destroy destroy -> {
            destroying.remove(destroy.key());
            secrets.remove(destroy.key());
            if (latch == null) {
              ring.destroy(destroy.key());
            }
          }
        }
      }
    }
    if (latch == null) {
      done.forEach(KeyFolder::complete);
    } else {
      SubjectKeysException why = latch;
      done.forEach(change -> change.fail(why));
      refused.forEach(change -> change.fail(why));
    }
    next();
  }

  private static void complete(Change change) {
    switch (change) {
      case Make make -> make.done().complete(make.key());
      case Destroy destroy -> destroy.done().complete(null);
    }
  }

  private SubjectKeysException failure(IOException cause) {
    return new SubjectKeysException(
        "the keys in "
            + disk.location()
            + " could not be written ("
            + cause.getMessage()
            + "), and take no more until they are opened again: check the disk",
        cause);
  }

  /** Finishes what was asked, then gives the folder back. */
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> ending;
    synchronized (this) {
      if (drained != null) {
        return drained;
      }
      ending = new CompletableFuture<>();
      drained = ending;
    }
    CompletableFuture<Void> closed =
        ending.thenRun(() -> {
          Closing.quietly(file);
          Closing.quietly(lock);
        });
    next();
    return closed;
  }
}
