package dev.millrace.log.internal;

import dev.millrace.core.personal.KeyRing;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of keys. Each record says up to where the file was durable before it: bad bytes
 * below that are damage, and refused; above it they are what a crash left of the last write, which
 * nobody was told of.
 */
final class KeyScan {
  private static final int WINDOW = 1 << 20;

  private final DiskFile file;
  private final String location;
  private final long size;
  private final KeyRing ring = new KeyRing();
  private final Map<UUID, Long> secrets = new HashMap<>();
  private final Map<UUID, KeyFile.KeyEntry> damaged = new HashMap<>();
  private final List<Long> toErase = new ArrayList<>();
  private byte[] window = new byte[0];
  private long windowAt;

  /**
   * What was found.
   *
   * @param secrets where the secrets of keys that are alive stand
   * @param toErase secrets of destroyed keys that are still there
   * @param end of the last whole record
   */
  record Found(KeyRing ring, Map<UUID, Long> secrets, List<Long> toErase, long end) {}

  KeyScan(DiskFile file, String location) throws IOException {
    this.file = file;
    this.location = location;
    this.size = file.size();
  }

  Found scan() throws IOException {
    checkHeader();
    long at = KeyFile.HEADER_BYTES;
    KeyFile.Entry entry = entryAt(at);
    while (entry != null) {
      take(entry);
      at += entry.length();
      entry = entryAt(at);
    }
    checkNothingDurableFrom(at);
    for (KeyFile.KeyEntry one : damaged.values()) {
      throw damaged(one.secretAt(), "the key of " + one.subject() + " is damaged");
    }
    return new Found(ring, secrets, toErase, at);
  }

  private void checkHeader() throws IOException {
    if (size < KeyFile.HEADER_BYTES) {
      throw damaged(0, "it is too short");
    }
    byte[] header = new byte[KeyFile.HEADER_BYTES];
    file.read(0, header.length).get(header);
    String problem = KeyFile.problem(header);
    if (problem != null) {
      throw damaged(0, problem);
    }
  }

  private KeyFile.@Nullable Entry entryAt(long at) throws IOException {
    if (at < windowAt || at + KeyFile.MAX_RECORD_BYTES > windowAt + window.length) {
      window = new byte[(int) Math.min(WINDOW, Math.max(0, size - at))];
      windowAt = at;
      if (window.length > 0) {
        file.read(at, window.length).get(window);
      }
    }
    return KeyFile.read(window, (int) (at - windowAt), at);
  }

  private void take(KeyFile.Entry entry) {
    switch (entry) {
      case KeyFile.KeyEntry key -> {
        if (key.key() != null) {
          ring.add(key.key());
        } else {
          ring.addUnreadable(key.id(), key.subject());
          damaged.put(key.id(), key);
        }
        if (key.hasSecret()) {
          secrets.put(key.id(), key.secretAt());
        }
      }
      case KeyFile.DestroyedEntry destroyed -> {
        ring.destroy(destroyed.id());
        damaged.remove(destroyed.id());
        Long secret = secrets.remove(destroyed.id());
        if (secret != null) {
          toErase.add(secret);
        }
      }
    }
  }

  /** Records are aligned and say where they stand, so that one is found behind bad bytes, too. */
  private void checkNothingDurableFrom(long end) throws IOException {
    for (long at = end + 8; at < size; at += 8) {
      KeyFile.Entry entry = entryAt(at);
      if (entry != null && entry.durableBefore() > end) {
        throw damaged(end, "a record is damaged, and there are whole ones behind it");
      }
    }
  }

  private SubjectKeysException damaged(long offset, String what) {
    return new SubjectKeysException(
        "the keys in "
            + location
            + " cannot be used: "
            + KeyFile.NAME
            + " at offset "
            + offset
            + ": "
            + what
            + "; put the newest copy of the folder in its place");
  }
}
