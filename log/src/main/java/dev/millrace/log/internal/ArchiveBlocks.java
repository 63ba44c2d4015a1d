package dev.millrace.log.internal;

import dev.millrace.core.store.StoreArchiveException;
import dev.millrace.log.spi.Archive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of archived segments in memory, the least recently used of which go first. A piece that
 * several readers want at a time is fetched once.
 */
final class ArchiveBlocks {
  static final int BLOCK = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, CompletableFuture<ByteBuffer>> fetching = new HashMap<>();
  private final LinkedHashMap<Key, ByteBuffer> kept;

  private record Key(String name, int block) {}

  /** Keeps at most so many pieces of {@link #BLOCK} bytes. */
  ArchiveBlocks(int most) {
    kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, ByteBuffer> eldest) {
            return size() > most;
          }
        };
  }

  /** A piece that is here; null when it is not. */
  @Nullable ByteBuffer peek(ArchiveNote note, int block) {
    lock.lock();
    try {
      return kept.get(new Key(note.name(), block));
    } finally {
      lock.unlock();
    }
  }

  /** A piece, fetched when it is not here. */
  ByteBuffer get(Archive archive, ArchiveNote note, int block) {
    Key key = new Key(note.name(), block);
    CompletableFuture<ByteBuffer> mine = new CompletableFuture<>();
    CompletableFuture<ByteBuffer> others;
    lock.lock();
    try {
      ByteBuffer here = kept.get(key);
      if (here != null) {
        return here;
      }
      others = fetching.putIfAbsent(key, mine);
    } finally {
      lock.unlock();
    }
    if (others == null) {
      fetch(archive, note, key, mine);
    }
    try {
      return (others == null ? mine : others).join();
    } catch (CompletionException e) {
      throw new StoreArchiveException(
          "segment "
              + note.segment()
              + " is in the archive "
              + note.location()
              + " as "
              + note.name()
              + ", which cannot be read: "
              + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
              + "; check that it can be reached, then try again",
          e.getCause());
    }
  }

  private void fetch(
      Archive archive, ArchiveNote note, Key key, CompletableFuture<ByteBuffer> fetched) {
    ByteBuffer bytes = null;
    Throwable failure = null;
    try {
      bytes = fetch(archive, note, key.block());
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    lock.lock();
    try {
      fetching.remove(key);
      if (bytes != null) {
        kept.put(key, bytes);
      }
    } finally {
      lock.unlock();
    }
    if (bytes != null) {
      fetched.complete(bytes);
    } else {
      fetched.completeExceptionally(failure);
    }
  }

  private static ByteBuffer fetch(Archive archive, ArchiveNote note, int block) throws IOException {
    long from = (long) block * BLOCK;
    int length = (int) Math.min(BLOCK, note.bytes() - from);
    ByteBuffer bytes = archive.get(note.name(), from, length);
    if (bytes.remaining() != length) {
      throw new IOException(
          "it gave " + bytes.remaining() + " bytes at " + from + " instead of " + length);
    }
    return ByteBuffer.allocate(length).put(bytes).flip().asReadOnlyBuffer();
  }
}
