package dev.millrace.aws;

import dev.millrace.core.channel.Message;
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
    CompletableFuture<Void> answer) {}
