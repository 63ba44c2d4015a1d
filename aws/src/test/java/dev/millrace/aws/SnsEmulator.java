package dev.millrace.aws;

import dev.millrace.testkit.network.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** fauxqs, which speaks SNS and SQS, in a process of its own; clients reach it through a proxy. */
final class SnsEmulator {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static @Nullable SnsEmulator shared;

  private final TcpProxy proxy;

  private SnsEmulator() throws IOException {
    System.setProperty("aws.accessKeyId", "tests");
    System.setProperty("aws.secretAccessKey", "tests");
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path output = Files.createTempFile("fauxqs", ".txt");
    ProcessBuilder command =
        new ProcessBuilder("node", "target/npm/node_modules/fauxqs/dist/server.js")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    command.environment().put("FAUXQS_PORT", String.valueOf(port));
    command.environment().put("FAUXQS_HOST", "localhost");
    command.environment().put("FAUXQS_LOGGER", "false");
    Process process = command.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    awaitPort(process, port, output);
    proxy = TcpProxy.to(port);
  }

  private static void awaitPort(Process process, int port, Path output) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IOException("it does not start: " + Files.readString(output), notYet);
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }
  }

  /** The one of this JVM's tests, which ends with it. */
  static synchronized SnsEmulator shared() throws IOException {
    SnsEmulator emulator = shared;
    if (emulator == null) {
      emulator = new SnsEmulator();
      shared = emulator;
    }
    return emulator;
  }

  String endpoint() {
    return "http://localhost:" + proxy.port();
  }

  /** A channel's URL, whose topic is made when it is not there. */
  String topic(String topic, String parameters) {
    return "sns://us-east-1/"
        + topic
        + "?create=true&waitSeconds=2&endpoint="
        + endpoint()
        + (parameters.isEmpty() ? "" : "&" + parameters);
  }

  /** A channel's URL, whose queue is made when it is not there. */
  String queue(String queue) {
    return "sqs://us-east-1/" + queue + "?create=true&waitSeconds=2&endpoint=" + endpoint();
  }

  /** Cuts what is between the clients and the service. */
  TcpProxy network() {
    return proxy;
  }
}
