package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An opening that fails, wherever it does, leaves no file open. */
final class FailedOpeningTest {
  private static final Encryption KEY = Keys.with(1);

  private static SimDisk filled(Encryption encryption) {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = EncryptionTest.open(disk, encryption)) {
      EncryptionTest.append(store, 0, 60);
    }
    return disk.afterKill(DiskSettings.PLAIN);
  }

  @Test
  void whateverCallFailsAllFilesAreClosed() throws IOException {
    assertThat(failures(filled(Encryption.NONE), Encryption.NONE)).isGreaterThan(5);
    assertThat(failures(filled(KEY), KEY)).isGreaterThan(5);
    assertThat(failures(filled(Encryption.NONE), KEY.turningOn())).isGreaterThan(10);
  }

  /** Fails one call after the other, until none is left; returns how many failed the opening. */
  private static int failures(SimDisk filled, Encryption encryption) throws IOException {
    assertThat(filled.list()).anyMatch(name -> name.endsWith(".idx"));
    int failures = 0;
    for (int call = 1; ; call++) {
      OpenFiles disk = new OpenFiles(filled.afterKill(DiskSettings.PLAIN), new Counting(call));
      try {
        LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY, encryption).close();
      } catch (MillraceException failed) {
        failures++;
        assertThat(disk.counting().files).as("open after call %d failed", call).isEmpty();
      }
      if (disk.counting().calls < call) {
        return failures;
      }
    }
  }

  @Test
  void aWrongKeyLeavesNoFileOpen() {
    OpenFiles disk = new OpenFiles(filled(KEY), new Counting(Integer.MAX_VALUE));
    assertThatThrownBy(
            () -> LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY, Keys.with(2)))
        .isInstanceOf(MillraceException.class);
    assertThat(disk.counting().files).isEmpty();
  }

  /** What is open, and when a call fails. */
  private static final class Counting {
    private final int failing;
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

  /** Counts open files, and fails a call. */
  private record OpenFiles(Disk disk, Counting counting) implements Disk {
    @Override
    public List<String> list() throws IOException {
      counting.check();
      return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
      counting.check();
      return new CountedFile(disk.create(name), counting);
    }

    @Override
    public DiskFile open(String name) throws IOException {
      counting.check();
      return new CountedFile(disk.open(name), counting);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      counting.check();
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      counting.check();
      disk.delete(name);
    }

    @Override
    public void sync(IoCompletion completion) {
      IOException planted = counting.call();
      if (planted == null) {
        disk.sync(completion);
      } else {
        completion.completed(planted);
      }
    }

    @Override
    public AutoCloseable lock() throws IOException {
      return disk.lock();
    }

    @Override
    public long usableBytes() throws IOException {
      return disk.usableBytes();
    }

    @Override
    public long totalBytes() throws IOException {
      return disk.totalBytes();
    }

    @Override
    public Disk folder(String name) throws IOException {
      return new OpenFiles(disk.folder(name), counting);
    }

    @Override
    public String location() {
      return disk.location();
    }
  }

  private static final class CountedFile implements DiskFile {
    private final DiskFile file;
    private final Counting counting;
    private final String openedAs;
    private boolean closed;

    CountedFile(DiskFile file, Counting counting) {
      this.file = file;
      this.counting = counting;
      this.openedAs = file.name();
      counting.opened(openedAs);
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public ByteBuffer read(long offset, int length) throws IOException {
      counting.check();
      return file.read(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer data, IoCompletion completion) {
      IOException planted = counting.call();
      if (planted == null) {
        file.write(offset, data, completion);
      } else {
        completion.completed(planted);
      }
    }

    @Override
    public void sync(IoCompletion completion) {
      IOException planted = counting.call();
      if (planted == null) {
        file.sync(completion);
      } else {
        completion.completed(planted);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      counting.check();
      file.truncate(size);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        counting.closed(openedAs);
      }
      file.close();
    }
  }
}
