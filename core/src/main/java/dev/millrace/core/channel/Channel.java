package dev.millrace.core.channel;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.wiring.SystemSeams;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A transport between contexts: a topic of Kafka, an exchange of RabbitMQ, a queue of SQS, or one
 * in the process.
 *
 * <p>The contract, which the test kit's suite holds every channel to, as far as its {@link
 * Capabilities} go:
 *
 * <ul>
 *   <li>A message whose publishing completed is kept by the broker as durably as the channel says,
 *       and is delivered to each group until that has acknowledged it: at least once.
 *   <li>Messages with one key are delivered in the order in which they were published. What was
 *       delivered and not acknowledged may be delivered again, and what follows it too.
 *   <li>Within a group a message is delivered to one member at a time, as far as the members know
 *       of each other: one that was cut off may still have what another gets.
 * </ul>
 *
 * <p>All methods are safe to call from any thread; none but {@link #close()} waits for the broker.
 */
public interface Channel extends AutoCloseable {

  /**
   * Opens a channel with the system's clock, chance and threads.
   *
   * @param url {@code scheme:rest}, as in {@code memory:orders} or {@code
   *     kafka://broker:9092/orders}; the provider for the scheme must be on the class path
   * @throws UnsupportedChannelException when there is none
   * @throws ChannelUnavailableException when the broker does not answer
   */
  static Channel open(String url) {
    return open(url, SystemSeams.shared());
  }

  /** Opens a channel with other seams; see {@link #open(String)}. */
  static Channel open(String url, Seams seams) {
    return ChannelProvider.find(url).open(url, seams);
  }

  /** Where it is, for messages: without secrets. */
  String location();

  /** What the broker gives on it. */
  Capabilities capabilities();

  /**
   * Publishes.
   *
   * @param messages in order. Of those with one key none is stored by this call after one that was
   *     not: they fail with it
   * @return for each message, in order: completes when the broker keeps it; exceptionally with a
   *     {@link ChannelUnavailableException}, when it may be kept or not, or with a {@link
   *     MessageRefusedException}. Completions may run on a thread of the broker's client, and must
   *     not block
   */
  List<CompletableFuture<Void>> publish(List<Message> messages);

  /**
   * Takes part in a group, which shares the messages among its members.
   *
   * @throws UnsupportedChannelException when the broker cannot begin there
   */
  ChannelSubscription subscribe(Subscribing subscribing);

  /** Ends its subscriptions and gives up what was not confirmed. */
  @Override
  void close();
}
