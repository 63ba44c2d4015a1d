package dev.millrace.log;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that hands every call on to another; what differs is overridden. */
abstract class ForwardingFile implements DiskFile {
  private final DiskFile file;

  ForwardingFile(DiskFile file) {
    this.file = file;
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
    return file.read(offset, length);
  }

  @Override
  public ByteBuffer pick(long offset, int length) throws IOException {
    return file.pick(offset, length);
  }

  @Override
  public void prefetch(long offset, int length) {
    file.prefetch(offset, length);
  }

  @Override
  public void write(long offset, ByteBuffer data, IoCompletion completion) {
    file.write(offset, data, completion);
  }

  @Override
  public void sync(IoCompletion completion) {
    file.sync(completion);
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
