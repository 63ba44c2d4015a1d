package dev.millrace.core.channel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who has a {@link MemoryTopic} open. */
final class MemoryChannel implements Channel {
  private final MemoryTopic topic;
  private final List<ChannelSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  MemoryChannel(MemoryTopic topic) {
    this.topic = topic;
  }

  @Override
  public String location() {
    return "memory:" + topic.name();
  }

  @Override
  public Capabilities capabilities() {
    return topic.capabilities();
  }

  @Override
  public List<CompletableFuture<Void>> publish(List<Message> messages) {
    if (closed) {
      ChannelUnavailableException gone = new ChannelUnavailableException(location() + " is closed");
      return messages.stream().map(message -> CompletableFuture.<Void>failedFuture(gone)).toList();
    }
    return topic.publish(messages);
  }

  @Override
  public ChannelSubscription subscribe(Subscribing subscribing) {
    if (closed) {
      throw new ChannelUnavailableException(location() + " is closed");
    }
    MemoryMember member = topic.join(subscribing);
    subscriptions.add(member);
    return member;
  }

  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(ChannelSubscription::close);
  }
}
