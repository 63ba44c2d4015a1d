package dev.millrace.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * Clients of {@link HttpBenchmark} that follow a store live: idle ones, which ask for an account
 * where nothing happens, and slow ones, which ask for all and read next to nothing. They stay until
 * standard input ends.
 */
public final class HttpTails {
  private static final int SLOW_BYTES = 512;
  private static final long SLOW_EVERY_MILLIS = 100;

  private final int port;
  private final CountDownLatch following;

  private HttpTails(int port, int count) {
    this.port = port;
    this.following = new CountDownLatch(count);
  }

  /** Port, idle ones, slow ones. Prints a line when all of them follow. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int idle = Integer.parseInt(arguments[1]);
    int slow = Integer.parseInt(arguments[2]);
    HttpTails tails = new HttpTails(Integer.parseInt(arguments[0]), idle + slow);
    for (int i = 0; i < idle; i++) {
      String query = "?tag=account:nobody-" + i;
      Thread.ofVirtual().start(() -> tails.follow(query, false));
    }
    for (int i = 0; i < slow; i++) {
      Thread.ofVirtual().start(() -> tails.follow("", true));
    }
    tails.following.await();
    System.out.println("following");
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private void follow(String query, boolean slow) {
    try (Socket socket = new Socket()) {
      if (slow) {
        socket.setReceiveBufferSize(4_096); // what is not read must not hide in a buffer here
      }
      socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket
          .getOutputStream()
          .write(
              ("GET /api/contexts/"
                      + LoadBank.NAME
                      + "/tail"
                      + query
                      + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      String status = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
      if (!status.endsWith("200")) {
        throw new IOException("a tail was refused: " + status);
      }
      following.countDown();
      byte[] bytes = new byte[SLOW_BYTES];
      while (in.read(bytes) >= 0) {
        if (slow) {
          Thread.sleep(SLOW_EVERY_MILLIS);
        }
      }
    } catch (SocketException e) {
      System.err.println("a tail was closed: " + e.getMessage());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
