package dev.millrace.cli.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection of the load generator: a request, its answer, the next. Used by one thread. */
final class LoadConnection {
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.ISO_8859_1);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final LoadRequest request;
  private final byte[] answer = new byte[16_384];
  private final ByteBuffer in = ByteBuffer.wrap(answer);

  private long begun;
  private int body = -1;
  private int end;

  LoadConnection(InetSocketAddress address, Selector selector, LoadRequest request)
      throws IOException {
    this.channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    this.key = channel.register(selector, SelectionKey.OP_READ, this);
    this.request = request;
  }

  /**
   * Sends the next request.
   *
   * @param begun from when its latency counts, as of {@link System#nanoTime}
   */
  void send(long begun) throws IOException {
    this.begun = begun;
    in.clear();
    body = -1;
    end = Integer.MAX_VALUE;
    request.next();
    goOnSending();
  }

  private void goOnSending() throws IOException {
    channel.write(request.bytes());
    key.interestOps(
        request.bytes().hasRemaining()
            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
            : SelectionKey.OP_READ);
  }

  long begun() {
    return begun;
  }

  /** Goes on; the status of an answer that is whole now, 0 when it is not, -1 when it is closed. */
  int ready() throws IOException {
    if (key.isWritable()) {
      goOnSending();
    }
    if (!key.isReadable()) {
      return 0;
    }
    if (channel.read(in) < 0) {
      return -1;
    }
    if (body < 0) {
      findBody();
    }
    return in.position() >= end ? status() : 0;
  }

  private int status() {
    return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0');
  }

  private void findBody() {
    int length = 0;
    for (int i = 0; i + 3 < in.position(); i++) {
      if (answer[i] != '\r') {
        continue;
      }
      if (answer[i + 2] == '\r') {
        body = i + 4;
        end = body + length;
        return;
      }
      if (isLength(i + 2)) {
        length = number(i + 2 + LENGTH.length);
      }
    }
  }

  private boolean isLength(int at) {
    if (at + LENGTH.length > in.position()) {
      return false;
    }
    for (int i = 0; i < LENGTH.length; i++) {
      if ((answer[at + i] | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private int number(int at) {
    int number = 0;
    for (int i = at; i < in.position() && answer[i] != '\r'; i++) {
      if (answer[i] != ' ') {
        number = number * 10 + answer[i] - '0';
      }
    }
    return number;
  }

  void close() throws IOException {
    channel.close();
  }
}
