package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A planted fault: files whose syncs are confirmed and not done, as if the engine did not wait. */
record LyingDisk(Disk disk) implements Disk {
  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return disk.create(name); // what makes a segment is honest, so that the fault is in the groups
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new LyingFile(disk.open(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void sync(IoCompletion completion) {
    disk.sync(completion);
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
    return disk.folder(name);
  }

  @Override
  public String location() {
    return disk.location();
  }

  private record LyingFile(DiskFile file) implements DiskFile {
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
      return file.read(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer data, IoCompletion completion) {
      file.write(offset, data, completion);
    }

    @Override
    public void sync(IoCompletion completion) {
      completion.completed(null);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
