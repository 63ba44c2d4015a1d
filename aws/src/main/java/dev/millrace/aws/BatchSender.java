package dev.millrace.aws;

import dev.millrace.core.channel.ChannelUnavailableException;
import java.util.List;
import java.util.Map;

/** Sends a batch to a service. */
interface BatchSender {
  /**
   * Sends, and waits for the answer.
   *
   * @param batch 1 to 10 messages
   * @return what went wrong, by the place in the batch
   * @throws ChannelUnavailableException when it is not known of any
   */
  Map<Integer, RuntimeException> send(List<Outgoing> batch);
}
