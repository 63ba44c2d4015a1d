package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.log.spi.Archive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A segment whose header is on the disk and whose frames are in an archive: read as if it were
 * here, on the thread that asks.
 */
final class ArchivedFile implements DiskFile {
  private final DiskFile header;
  private final ArchiveNote note;
  private final Function<String, Archive> archives;
  private final ArchiveBlocks blocks;

  ArchivedFile(
      DiskFile header, ArchiveNote note, Function<String, Archive> archives, ArchiveBlocks blocks) {
    this.header = header;
    this.note = note;
    this.archives = archives;
    this.blocks = blocks;
  }

  ArchiveNote note() {
    return note;
  }

  @Override
  public String name() {
    return header.name();
  }

  @Override
  public long size() {
    return note.bytes();
  }

  @Override
  public ByteBuffer read(long offset, int length) throws IOException {
    if (offset + length <= SegmentHeader.BYTES) {
      return header.read(offset, length);
    }
    checkBounds(offset, length);
    Archive archive = archives.apply(note.location());
    ByteBuffer[] found = new ByteBuffer[blockOf(offset + length - 1) - blockOf(offset) + 1];
    for (int i = 0; i < found.length; i++) {
      found[i] = blocks.get(archive, note, blockOf(offset) + i);
    }
    return join(found, offset, length);
  }

  /** The same, of what was fetched before; null when it was not. */
  @Nullable ByteBuffer readIfHere(long offset, int length) throws IOException {
    checkBounds(offset, length);
    ByteBuffer[] found = new ByteBuffer[blockOf(offset + length - 1) - blockOf(offset) + 1];
    for (int i = 0; i < found.length; i++) {
      ByteBuffer block = blocks.peek(note, blockOf(offset) + i);
      if (block == null) {
        return null;
      }
      found[i] = block;
    }
    return join(found, offset, length);
  }

  private void checkBounds(long offset, int length) throws IOException {
    if (offset < 0 || length < 1 || offset + length > note.bytes()) {
      throw new IOException(
          "file "
              + name()
              + " has "
              + note.bytes()
              + " bytes in its archive, but "
              + length
              + " at "
              + offset
              + " were to be read");
    }
  }

  private static int blockOf(long offset) {
    return (int) (offset / ArchiveBlocks.BLOCK);
  }

  private static ByteBuffer join(ByteBuffer[] found, long offset, int length) {
    int from = (int) (offset % ArchiveBlocks.BLOCK);
    if (found.length == 1) {
      return found[0].slice(from, length);
    }
    ByteBuffer joined = ByteBuffer.allocate(length);
    for (ByteBuffer block : found) {
      joined.put(block.slice(from, Math.min(block.limit() - from, joined.remaining())));
      from = 0;
    }
    return joined.flip().asReadOnlyBuffer();
  }

  @Override
  public void write(long offset, ByteBuffer data, IoCompletion completion) {
    completion.completed(sealed());
  }

  @Override
  public void sync(IoCompletion completion) {
    header.sync(completion);
  }

  @Override
  public void truncate(long size) throws IOException {
    throw sealed();
  }

  private IOException sealed() {
    return new IOException("file " + name() + " is archived, and never changes");
  }

  @Override
  public void close() throws IOException {
    header.close();
  }
}
