package dev.millrace.log.wiring;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file that is written through its channel and read through mapped memory. */
final class RealDiskFile implements DiskFile {
  private final Path path;
  private final String name;
  private final FileChannel channel;
  private final PageReader pages;
  private final PageReader.Reads reads;
  private volatile @Nullable MappedByteBuffer mapped;

  /** The same bytes once more, of which a fault reads one page; only where there is advice. */
  private volatile @Nullable MappedByteBuffer picked;

  RealDiskFile(Path path, PageReader.Reads reads, FileChannel channel) {
    this.path = path;
    this.name = path.getFileName().toString();
    this.reads = reads;
    this.pages = new PageReader(path, reads);
    this.channel = channel;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public ByteBuffer read(long offset, int length) throws IOException {
    if (offset + length > Integer.MAX_VALUE) {
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    }
    MappedByteBuffer current = mapped;
    if (current == null || offset + length > current.capacity()) {
      current = map(offset + length);
    }
    return current.slice((int) offset, length);
  }

  @Override
  public ByteBuffer pick(long offset, int length) throws IOException {
    MemoryAdvice advice = reads.advice();
    if (advice == null) {
      return read(offset, length);
    }
    if (offset + length > Integer.MAX_VALUE) {
      MappedByteBuffer apart = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
      advice.random(apart);
      return apart;
    }
    return picked(advice, offset + length).slice((int) offset, length);
  }

  @Override
  public void prefetch(long offset, int length) {
    MemoryAdvice advice = reads.advice();
    try {
      MappedByteBuffer current = advice == null ? mapped : picked(advice, offset + length);
      if (current != null && offset + length <= current.capacity()) {
        pages.read(current, (int) offset, length);
      }
    } catch (IOException e) {
      // it is told to who looks at the bytes
    }
  }

  private MappedByteBuffer picked(MemoryAdvice advice, long needed) throws IOException {
    MappedByteBuffer current = picked;
    return current != null && needed <= current.capacity() ? current : pickAll(advice, needed);
  }

  private synchronized MappedByteBuffer pickAll(MemoryAdvice advice, long needed)
      throws IOException {
    MappedByteBuffer current = picked;
    if (current != null && needed <= current.capacity()) {
      return current;
    }
    MappedByteBuffer larger = mapAll(needed);
    advice.random(larger);
    picked = larger;
    return larger;
  }

  private synchronized MappedByteBuffer map(long needed) throws IOException {
    MappedByteBuffer current = mapped;
    if (current != null && needed <= current.capacity()) {
      return current;
    }
    MappedByteBuffer larger = mapAll(needed);
    reads.mapped(larger.capacity() - (current == null ? 0 : current.capacity()));
    mapped = larger;
    return larger;
  }

  /** Through a channel of its own: an interrupt of the reader's thread would close the other. */
  private MappedByteBuffer mapAll(long needed) throws IOException {
    boolean interrupted = Thread.interrupted();
    try (FileChannel own = FileChannel.open(path, StandardOpenOption.READ)) {
      return mapAll(own, needed);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private MappedByteBuffer mapAll(FileChannel own, long needed) throws IOException {
    long size = Math.min(own.size(), Integer.MAX_VALUE);
    if (needed > size) {
      throw new IOException(
          "file " + name + " has " + size + " bytes, but " + needed + " were to be read");
    }
    return own.map(FileChannel.MapMode.READ_ONLY, 0, size);
  }

  @Override
  public void write(long offset, ByteBuffer data, IoCompletion completion) {
    IOException failure = null;
    try {
      long at = offset;
      while (data.hasRemaining()) {
        at += channel.write(data, at);
      }
    } catch (IOException e) {
      failure = e;
    }
    completion.completed(failure);
  }

  @Override
  public void sync(IoCompletion completion) {
    IOException failure = null;
    try {
      channel.force(false);
    } catch (IOException e) {
      failure = e;
    }
    completion.completed(failure);
  }

  @Override
  public synchronized void truncate(long size) throws IOException {
    mapped = null; // nothing may be read through it that is no longer there
    picked = null;
    channel.truncate(size);
  }

  @Override
  public void close() throws IOException {
    pages.close();
    channel.close();
  }
}
