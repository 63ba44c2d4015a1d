package dev.millrace.aws;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelProvider;
import dev.millrace.core.seam.Seams;

/**
 * Opens {@code sns://region/topic} or {@code sns://region/account/topic}. Each group has a queue of
 * its own, {@code topic-group}, which is made and subscribed when somebody first takes part in it:
 * the group has what is published from then on. A topic whose name ends with {@code .fifo} keeps
 * the order of each key. Parameters: those of {@link SqsChannelProvider}, and
 *
 * <ul>
 *   <li>{@code groups}: with commas, the groups whose queues are made when the channel is opened,
 *       so that they miss nothing that is published while they are away.
 *   <li>{@code types}: with commas, the types of messages that reach the groups of this channel, by
 *       the filter policy of their subscriptions; all unless set. A message is known by its
 *       attribute {@code ce_type}.
 * </ul>
 */
public final class SnsChannelProvider implements ChannelProvider {
  static final String SCHEME = "sns";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Channel open(String url, Seams seams) {
    return SnsChannel.open(AwsAddress.parse(SCHEME, url), seams);
  }
}
