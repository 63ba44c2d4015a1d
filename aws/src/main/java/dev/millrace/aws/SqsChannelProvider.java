package dev.millrace.aws;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelProvider;
import dev.millrace.core.seam.Seams;

/**
 * Opens {@code sqs://region/queue} or {@code sqs://region/account/queue}: one queue, which is one
 * group. A queue whose name ends with {@code .fifo} keeps the order of each key. Credentials come
 * from the SDK's own chain: system properties, environment, profile, container, instance; a URL
 * holds none. Parameters, as in {@code ?visibilitySeconds=60}:
 *
 * <ul>
 *   <li>{@code format}: {@code structured} (one JSON document in the body, the default) or {@code
 *       binary} (attributes {@code ce_…}, data in the body). SQS takes ten attributes: a message
 *       that has more, or data that is no text, is written structured all the same. Both are read.
 *   <li>{@code visibilitySeconds}: for how long a message that was received is hidden from other
 *       members, 1 to 43,200; 30 unless set. It is prolonged for as long as the message is
 *       outstanding.
 *   <li>{@code holdSeconds}: for how long that is done at most, 1 to 43,200; 3,600 unless set. Then
 *       the message goes to somebody else.
 *   <li>{@code waitSeconds}: how long a request waits for messages, 1 to 20; 20 unless set.
 *   <li>{@code create}: {@code true}: a queue that is not there is made; else it is refused.
 *   <li>{@code endpoint}: another address of the service, as of an emulator.
 * </ul>
 */
public final class SqsChannelProvider implements ChannelProvider {
  static final String SCHEME = "sqs";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Channel open(String url, Seams seams) {
    return SqsChannel.open(AwsAddress.parse(SCHEME, url), seams);
  }
}
