package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.log.internal.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the files that are open, and fails one call. */
final class FailingDisk extends ForwardingDisk {
  private final Counting counting;

  private FailingDisk(Disk disk, Counting counting) {
    super(disk);
    this.counting = counting;
  }

  /** A disk of which a call fails, the first being 1. */
  static FailingDisk at(Disk disk, int call) {
    return new FailingDisk(disk, new Counting(call));
  }

  /** From now on that call fails. */
  void failAt(int call) {
    synchronized (counting) {
      counting.failing = call;
    }
  }

  /** How many calls there were. */
  int calls() {
    synchronized (counting) {
      return counting.calls;
    }
  }

  /** The names of the files that are open, and how often. */
  SortedMap<String, Integer> open() {
    synchronized (counting) {
      return new TreeMap<>(counting.files);
    }
  }

  @Override
  public List<String> list() throws IOException {
    counting.check();
    return super.list();
  }

  @Override
  public DiskFile create(String name) throws IOException {
    counting.check();
    return new CountedFile(super.create(name), counting);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    counting.check();
    return new CountedFile(super.open(name), counting);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    counting.check();
    super.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    counting.check();
    super.delete(name);
  }

  @Override
  public void sync(IoCompletion completion) {
    IOException planted = counting.call();
    if (planted == null) {
      super.sync(completion);
    } else {
      completion.completed(planted);
    }
  }

  @Override
  public Disk folder(String name) throws IOException {
    return new FailingDisk(super.folder(name), counting);
  }

  /** What is open, and when a call fails. */
  private static final class Counting {
    private int failing;
    private final SortedMap<String, Integer> files = new TreeMap<>();
    private int calls;

    Counting(int failing) {
      this.failing = failing;
    }

    synchronized @Nullable IOException call() {
      calls++;
      return calls == failing ? new IOException("planted") : null;
    }

    void check() throws IOException {
      IOException planted = call();
      if (planted != null) {
        throw planted;
      }
    }

    synchronized void opened(String name) {
      files.merge(name, 1, Integer::sum);
    }

    synchronized void closed(String name) {
      if (files.merge(name, -1, Integer::sum) == 0) {
        files.remove(name);
      }
    }
  }

  private static final class CountedFile extends ForwardingFile {
    private final Counting counting;
    private final String openedAs;
    private boolean closed;

    CountedFile(DiskFile file, Counting counting) {
      super(file);
      this.counting = counting;
      this.openedAs = file.name();
      counting.opened(openedAs);
    }

    @Override
    public ByteBuffer read(long offset, int length) throws IOException {
      counting.check();
      return super.read(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer data, IoCompletion completion) {
      IOException planted = counting.call();
      if (planted == null) {
        super.write(offset, data, completion);
      } else {
        completion.completed(planted);
      }
    }

    @Override
    public void sync(IoCompletion completion) {
      IOException planted = counting.call();
      if (planted == null) {
        super.sync(completion);
      } else {
        completion.completed(planted);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      counting.check();
      super.truncate(size);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        counting.closed(openedAs);
      }
      super.close();
    }
  }
}
