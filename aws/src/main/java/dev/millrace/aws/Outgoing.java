package dev.millrace.aws;

import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.MessageRefusedException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way.
 *
 * @param lane messages with one lane are sent one after the other; null: it waits for none
 * @param bytes what it counts against the limits of a batch
 */
record Outgoing(
    Message message,
    AwsBinding.Written written,
    @Nullable String lane,
    int bytes,
    CompletableFuture<Void> answer) {

  /**
   * What its publisher is told when a service did not store it.
   *
   * @param code the service's word for why
   * @param isSender whether the service says that it is the message's fault
   */
  RuntimeException notStored(AwsAddress address, String code, String why, boolean isSender) {
    String said = message + " was not stored by " + address.location() + ": " + code + ", " + why;
    return isSender && AwsClients.isRefused(code)
        ? new MessageRefusedException(said)
        : new ChannelUnavailableException(said);
  }
}
