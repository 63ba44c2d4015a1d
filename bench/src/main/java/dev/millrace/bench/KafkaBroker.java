package dev.millrace.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;

/** A real broker in KRaft mode, as its own scripts start it, in a JVM of its own. */
final class KafkaBroker implements AutoCloseable {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  /** As in the broker's own start script, with its usual collector. */
  private static final List<String> JVM =
      List.of(
          "-Xms1g",
          "-Xmx1g",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35");

  private final Child process;
  private final String servers;
  private final Admin admin;

  private KafkaBroker(Child process, String servers, Admin admin) {
    this.process = process;
    this.servers = servers;
    this.admin = admin;
  }

  /** Starts one, and returns when it answers. */
  static KafkaBroker start(Path folder) throws Exception {
    int broker = freePort();
    int controller = freePort();
    Path settings = Files.createDirectories(folder).resolve("server.properties");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "process.roles=broker,controller",
            "node.id=1",
            "controller.quorum.voters=1@localhost:" + controller,
            "listeners=PLAINTEXT://localhost:" + broker + ",CONTROLLER://localhost:" + controller,
            "controller.listener.names=CONTROLLER",
            "log.dirs=" + folder.resolve("data"),
            "log.flush.interval.messages=1",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            ""));
    try (Child format =
        Child.start(
                "kafka.tools.StorageTool",
                List.of("-XX:TieredStopAtLevel=1"),
                List.of("format", "-t", Uuid.randomUuid().toString(), "-c", settings.toString()),
                folder)
            .unread()) {
      format.join();
    }
    Child process = Child.start("kafka.Kafka", JVM, List.of(settings.toString()), folder).unread();
    String servers = "localhost:" + broker;
    Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
    KafkaBroker started = new KafkaBroker(process, servers, admin);
    try {
      started.awaitAnswer();
      return started;
    } catch (IOException | InterruptedException | ExecutionException e) {
      started.close();
      throw e;
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException, ExecutionException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        admin.describeCluster().nodes().get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException | ExecutionException e) {
        if (!process.lives() || System.nanoTime() > end) {
          throw new IOException("the Kafka broker does not start: " + process.said(), e);
        }
      }
    }
  }

  /** A topic with one partition that is flushed after each append. */
  void topic(String name) throws InterruptedException, ExecutionException {
    NewTopic topic =
        new NewTopic(name, Optional.of(1), Optional.of((short) 1))
            .configs(Map.of("flush.messages", "1"));
    admin.createTopics(List.of(topic)).all().get();
  }

  String servers() {
    return servers;
  }

  /** What it is and how it is set. */
  Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("version", AppInfoParser.getVersion());
    settings.put("broker", "KRaft, 1 partition, replication 1, flush.messages=1");
    settings.put("JVM", String.join(" ", JVM));
    return settings;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    admin.close(Duration.ZERO);
    process.close();
  }
}
