package dev.millrace.kafka;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelProvider;
import dev.millrace.core.seam.Seams;

/**
 * Opens {@code kafka://host:port[,host:port]/topic}. Parameters, as in {@code ?format=structured}:
 *
 * <ul>
 *   <li>{@code format}: {@code binary} (attributes in headers, the default) or {@code structured}
 *       (one JSON document); both are read.
 *   <li>{@code partitions}, {@code replication}: a topic that is not there is made with so many;
 *       without them it is refused.
 *   <li>{@code properties}: a file with settings of Kafka's clients, as for TLS, SASL and OAuth.
 * </ul>
 */
public final class KafkaChannelProvider implements ChannelProvider {
  static final String SCHEME = "kafka";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Channel open(String url, Seams seams) {
    return KafkaChannel.open(KafkaAddress.parse(url), seams);
  }
}
