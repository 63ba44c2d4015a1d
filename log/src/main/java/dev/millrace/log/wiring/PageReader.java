package dev.millrace.log.wiring;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has single pages of a file read into the system's page cache, so that a look at mapped memory
 * finds them there, or on their way: by {@link MemoryAdvice}, which does not wait, or else with
 * plain reads. Without either, a page fault would read what is around the page, too, as much as the
 * system reads ahead, and push out what is used. For any thread; an interrupt does not close it, as
 * it would a channel.
 *
 * <p>To ask the system takes time, so what was there is remembered, until so much was asked for
 * anywhere in the folder that it may have been pushed out.
 */
final class PageReader {
  private static final int SHIFT = 12;
  private static final int PAGE = 1 << SHIFT;

  private final Path path;
  private final Reads reads;
  private final ReentrantLock lock = new ReentrantLock();
  private byte[] bytes = new byte[PAGE];
  private @Nullable RandomAccessFile file;
  private boolean closed;
  private volatile Known known = new Known(0, 0);

  /**
   * What the files of a folder share: how much was read and mapped, and what the system is told.
   */
  static final class Reads {
    /** After so many reads, nothing is known to be there any more: 256 MiB, if of a page each. */
    private static final int READS_SHIFT = 16;

    /** The same for advice, which costs less, and is counted also for what is there: 4 GiB. */
    private static final int ADVICE_SHIFT = 20;

    /** A folder of which less was ever mapped is likely to stay in memory without advice. */
    private static final long ADVISED_FROM = 1L << 30;

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong mappedBytes = new AtomicLong();
    private volatile @Nullable MemoryAdvice advice;

    /** What is told to the system from now on; null: nothing, or nothing yet. */
    @Nullable MemoryAdvice advice() {
      return advice;
    }

    void advise(@Nullable MemoryAdvice advice) {
      this.advice = advice;
    }

    /** Counts bytes that were mapped; advice is looked for beside, since that takes a while. */
    void mapped(long bytes) {
      long before = mappedBytes.getAndAdd(bytes);
      if (before < ADVISED_FROM && before + bytes >= ADVISED_FROM) {
        Thread.ofPlatform()
            .daemon()
            .name("millrace-memory-advice")
            .start(() -> advise(MemoryAdvice.system()));
      }
    }

    int era(boolean advised) {
      return count.get() >>> (advised ? ADVICE_SHIFT : READS_SHIFT);
    }
  }

  /** Pages that were there; two threads may lose one another's bits, which costs a question. */
  private static final class Known {
    private final int era;
    private final long[] pages;

    Known(int era, long bytes) {
      this.era = era;
      this.pages = new long[(int) (bytes >>> (SHIFT + 6)) + 1];
    }

    boolean has(int from, int to) {
      for (int page = from; page <= to; page++) {
        if ((pages[page >>> 6] & 1L << page) == 0) {
          return false;
        }
      }
      return true;
    }

    void add(int from, int to) {
      for (int page = from; page <= to; page++) {
        pages[page >>> 6] |= 1L << page;
      }
    }
  }

  PageReader(Path path, Reads reads) {
    this.path = path;
    this.reads = reads;
  }

  /** Sees to the pages of a range. What cannot be read is left to who looks at it. */
  void read(MappedByteBuffer mapped, int offset, int length) {
    MemoryAdvice advice = reads.advice();
    Known current = known;
    int era = reads.era(advice != null);
    if (current.era != era || current.pages.length <= mapped.capacity() >>> (SHIFT + 6)) {
      current = new Known(era, mapped.capacity());
      known = current;
    }
    int from = offset >>> SHIFT;
    int to = (offset + length - 1) >>> SHIFT;
    if (!current.has(from, to)) {
      if (advice != null) {
        reads.count.incrementAndGet();
        advice.willNeed(mapped, offset, length);
      } else if (!mapped.slice(offset, length).isLoaded()) {
        reads.count.incrementAndGet();
        read((long) from << SHIFT, (to - from + 1) << SHIFT);
      }
      current.add(from, to);
    }
  }

  private void read(long from, int length) {
    lock.lock();
    try {
      if (!closed) {
        read(from, length, opened());
      }
    } catch (IOException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private void read(long from, int length, RandomAccessFile opened) throws IOException {
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    opened.seek(from);
    int unused = opened.read(bytes, 0, length);
  }

  private RandomAccessFile opened() throws IOException {
    RandomAccessFile current = file;
    if (current == null) {
      current = new RandomAccessFile(path.toFile(), "r");
      file = current;
    }
    return current;
  }

  void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (file != null) {
        file.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
