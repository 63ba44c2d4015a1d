package dev.millrace.aws;

import dev.millrace.testkit.network.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.elasticmq.NodeAddress;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import org.jspecify.annotations.Nullable;

/** ElasticMQ, which speaks SQS; clients reach it through a proxy. It lives as long as the JVM. */
final class SqsEmulator {
  private static @Nullable SqsEmulator shared;

  private final ActorSystem actors;
  private final ActorRef queues;
  private final int port;
  private final TcpProxy proxy;
  private SQSRestServer server;

  private SqsEmulator() throws IOException {
    System.setProperty("aws.accessKeyId", "tests");
    System.setProperty("aws.secretAccessKey", "tests");
    actors = ActorSystem.create("elasticmq");
    queues =
        actors.actorOf(
            Props.create(
                QueueManagerActor.class,
                new NowProvider(),
                StrictSQSLimits$.MODULE$,
                scala.Option.empty()));
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    proxy = TcpProxy.to(port);
    server = serve();
  }

  /** The one of this JVM's tests: starting one takes seconds. */
  static synchronized SqsEmulator shared() throws IOException {
    SqsEmulator emulator = shared;
    if (emulator == null) {
      emulator = new SqsEmulator();
      shared = emulator;
    }
    return emulator;
  }

  private SQSRestServer serve() {
    SQSRestServer started =
        SQSRestServerBuilder.withActorSystem(actors)
            .withQueueManagerActor(queues)
            .withInterface("localhost")
            .withPort(port)
            .withServerAddress(NodeAddress.apply("http", "localhost", port, ""))
            .start();
    started.waitUntilStarted();
    return started;
  }

  String endpoint() {
    return "http://localhost:" + proxy.port();
  }

  /** The same without the proxy. */
  String endpointItself() {
    return "http://localhost:" + port;
  }

  /** A channel's URL, whose queue is made when it is not there. */
  String channel(String queue, String parameters) {
    return "sqs://elasticmq/"
        + queue
        + "?create=true&endpoint="
        + endpoint()
        + (parameters.isEmpty() ? "" : "&" + parameters);
  }

  /** Cuts what is between the clients and the service. */
  TcpProxy network() {
    return proxy;
  }

  /** Stops the service, and starts it again with the messages that it had. */
  void restart() {
    stop();
    server = serve();
  }

  /** Stops answering; see {@link #restart()}. */
  void stop() {
    server.stopAndWait();
  }
}
