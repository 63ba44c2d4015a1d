package dev.millrace.kafka;

import dev.millrace.testkit.network.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** A real broker in KRaft mode in a JVM of its own, which clients reach through a proxy. */
final class KafkaBroker {
  private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

  private final Path folder;
  private final Path settings;
  private final TcpProxy proxy;
  private Process process;

  private KafkaBroker(Path folder, Path settings, TcpProxy proxy, Process process) {
    this.folder = folder;
    this.settings = settings;
    this.proxy = proxy;
    this.process = process;
  }

  private static @Nullable KafkaBroker shared;

  /** The one of this JVM's tests, which ends with it: starting one takes seconds. */
  static synchronized KafkaBroker shared() throws Exception {
    KafkaBroker broker = shared;
    if (broker == null) {
      broker = start();
      Process process = broker.process;
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      shared = broker;
    }
    return broker;
  }

  /** Starts one, and returns when it answers. */
  private static KafkaBroker start() throws Exception {
    Path folder = Files.createTempDirectory("kafka");
    int broker = freePort();
    int controller = freePort();
    TcpProxy proxy = TcpProxy.to(broker);
    Path settings = folder.resolve("server.properties");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "process.roles=broker,controller",
            "node.id=1",
            "controller.quorum.voters=1@localhost:" + controller,
            "listeners=PLAINTEXT://localhost:" + broker + ",CONTROLLER://localhost:" + controller,
            "advertised.listeners=PLAINTEXT://localhost:" + proxy.port(),
            "controller.listener.names=CONTROLLER",
            "log.dirs=" + folder.resolve("data"),
            "auto.create.topics.enable=false",
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=1",
            "group.initial.rebalance.delay.ms=0",
            "group.consumer.min.heartbeat.interval.ms=100",
            "group.consumer.heartbeat.interval.ms=200",
            "group.consumer.min.session.timeout.ms=1000",
            "group.consumer.session.timeout.ms=6000",
            ""));
    String id = Uuid.randomUuid().toString();
    Process format =
        java(folder, "kafka.tools.StorageTool", "format", "-t", id, "-c", settings.toString());
    if (format.waitFor() != 0) {
      throw new IOException("the broker's folder was not made: " + said(folder));
    }
    KafkaBroker started = new KafkaBroker(folder, settings, proxy, run(folder, settings));
    started.awaitAnswer();
    return started;
  }

  private static Process run(Path folder, Path settings) throws IOException {
    return java(folder, "kafka.Kafka", settings.toString());
  }

  private static Process java(Path folder, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out.txt").toFile()))
        .start();
  }

  private static String said(Path folder) throws IOException {
    return Files.readString(folder.resolve("out.txt"));
  }

  private void awaitAnswer() throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
      while (true) {
        try {
          admin.describeCluster().nodes().get(1, TimeUnit.SECONDS);
          return;
        } catch (TimeoutException | ExecutionException e) {
          if (!process.isAlive() || System.nanoTime() > end) {
            throw new IOException("the broker does not start: " + said(folder), e);
          }
        }
      }
    }
  }

  String servers() {
    return "localhost:" + proxy.port();
  }

  /** A channel's URL, whose topic is made when it is not there. */
  String channel(String topic, int partitions) {
    return "kafka://" + servers() + "/" + topic + "?partitions=" + partitions;
  }

  /** Cuts what is between the clients and the broker. */
  TcpProxy network() {
    return proxy;
  }

  /** As {@code kill -9} does; and starts it again, with what it had on its disk. */
  void crash() throws Exception {
    process.destroyForcibly().waitFor();
    Process again = run(folder, settings);
    Runtime.getRuntime().addShutdownHook(new Thread(again::destroyForcibly));
    process = again;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
