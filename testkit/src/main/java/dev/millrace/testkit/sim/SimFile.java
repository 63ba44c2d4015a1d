package dev.millrace.testkit.sim;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/** An open file of a simulated disk. */
final class SimFile implements DiskFile {
  private final Machine machine;
  private final FileNode node;
  private final String name;
  private final String path;
  private volatile boolean closed;

  SimFile(Machine machine, FileNode node, String name, String path) {
    this.machine = machine;
    this.node = node;
    this.name = name;
    this.path = path;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() throws IOException {
    return perform(DiskCall.Kind.SIZE, 0, 0, number -> node.seen().size());
  }

  @Override
  public ByteBuffer read(long offset, int length) throws IOException {
    return perform(
        DiskCall.Kind.READ,
        offset,
        length,
        number -> {
          if (offset < 0 || length < 0 || offset + length > node.seen().size()) {
            throw new IllegalArgumentException(
                path
                    + " has "
                    + node.seen().size()
                    + " bytes, not ["
                    + offset
                    + "+"
                    + length
                    + "]");
          }
          return ByteBuffer.wrap(node.seen().read(offset, length)).asReadOnlyBuffer();
        });
  }

  @Override
  public void write(long offset, ByteBuffer data, IoCompletion completion) {
    byte[] copy = new byte[data.remaining()];
    data.duplicate().get(copy);
    machine.submit(
        DiskCall.Kind.WRITE,
        path,
        offset,
        copy.length,
        (number, fault) -> {
          checkOpen();
          if (!data.equals(ByteBuffer.wrap(copy))) {
            throw new IllegalStateException(
                "the buffer of a write to " + path + " was changed before the write completed");
          }
          int part = writable(offset, copy.length, fault);
          node.write(number, offset, part == copy.length ? copy : Arrays.copyOf(copy, part));
          if (part < copy.length && fault == Fault.NONE) {
            throw Machine.full(path);
          }
          data.position(data.limit());
        },
        completion);
  }

  /** How much of a write goes in: all, or some beginning of what there is room for. */
  private int writable(long offset, int length, Fault fault) {
    if (fault != Fault.NONE) {
      return machine.random().nextInt(length + 1);
    }
    long room = Math.max(0, machine.usableBytes());
    long growth = Math.max(0, offset + length - node.seen().size());
    return growth <= room ? length : (int) Math.max(0, length - (growth - room));
  }

  @Override
  public void sync(IoCompletion completion) {
    long covered = machine.effects();
    machine.submit(
        DiskCall.Kind.SYNC_FILE,
        path,
        0,
        0,
        (number, fault) -> {
          checkOpen();
          if (fault == Fault.NONE) {
            node.sync(covered);
          } else {
            node.failSync(machine.random());
          }
        },
        completion);
  }

  @Override
  public void truncate(long size) throws IOException {
    perform(
        DiskCall.Kind.TRUNCATE,
        size,
        0,
        number -> {
          node.truncate(number, size);
          return number;
        });
  }

  @Override
  public void close() {
    closed = true;
  }

  private <R> R perform(DiskCall.Kind kind, long offset, int length, Machine.Action<R> action)
      throws IOException {
    checkOpen();
    return machine.perform(kind, path, offset, length, action);
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
