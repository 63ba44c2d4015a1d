package dev.millrace.core.channel;

import java.util.List;
import java.util.OptionalLong;

/** A member of a group of a {@link MemoryTopic}. */
final class MemoryMember implements ChannelSubscription {
  private final MemoryTopic topic;
  private final MemoryGroup group;
  private final int mostOutstanding;
  private volatile Runnable wake = () -> {};

  /** Guarded by the topic. */
  int outstanding;

  private record MemoryDelivery(Message message, MemoryMember member, MemoryGroup.Place place)
      implements Delivery {
    @Override
    public void acknowledge() {
      member.topic.acknowledge(member.group, member, place);
    }
  }

  MemoryMember(MemoryTopic topic, MemoryGroup group, int mostOutstanding) {
    this.topic = topic;
    this.group = group;
    this.mostOutstanding = mostOutstanding;
  }

  int mostOutstanding() {
    return mostOutstanding;
  }

  Delivery delivery(Message message, MemoryGroup.Place place) {
    return new MemoryDelivery(message, this, place);
  }

  void wake() {
    wake.run();
  }

  @Override
  public List<Delivery> poll(int limit) {
    return topic.poll(group, this, limit);
  }

  @Override
  public void onAvailable(Runnable wake) {
    this.wake = wake;
    wake.run();
  }

  @Override
  public OptionalLong lag() {
    return topic.lag(group, this);
  }

  @Override
  public void close() {
    topic.leave(group, this);
  }
}
