package dev.millrace.core.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Messages within the process: in partitions, as a broker keeps them, by the hash of their key.
 * What every group has acknowledged is dropped when more than {@link #RETAINED} are kept; if that
 * is not enough, publishing fails until a group has caught up. Safe for use from many threads;
 * nothing in it waits.
 */
public final class MemoryTopic {
  /** Most messages that are kept. */
  public static final int RETAINED = 100_000;

  /** Most bytes of data that are kept. */
  public static final long RETAINED_BYTES = 256L << 20;

  static final int PARTITIONS = 16;
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final String name;
  private final List<MemoryPartition> partitions = new ArrayList<>();
  private final Map<String, MemoryGroup> groups = new TreeMap<>();
  private long kept;
  private long keptBytes;
  private int turn;

  /** An empty one. */
  public MemoryTopic(String name) {
    this.name = name;
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new MemoryPartition());
    }
  }

  /** A channel of its own to these messages. */
  public Channel open() {
    return new MemoryChannel(this);
  }

  String name() {
    return name;
  }

  Capabilities capabilities() {
    return new Capabilities("the channel in memory", Map.of(), MAX_MESSAGE_BYTES);
  }

  List<CompletableFuture<Void>> publish(List<Message> messages) {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    List<Runnable> wakes = new ArrayList<>();
    synchronized (this) {
      Map<String, MessageRefusedException> failed = new TreeMap<>();
      for (Message message : messages) {
        answers.add(publish(message, failed));
      }
      groups.values().forEach(group -> wakes.addAll(group.wakes()));
    }
    wakes.forEach(Runnable::run);
    return answers;
  }

  /** What follows a message that was refused would overtake it when that is mended. */
  private CompletableFuture<Void> publish(
      Message message, Map<String, MessageRefusedException> failed) {
    String key = message.key();
    MessageRefusedException before = key == null ? null : failed.get(key);
    if (before != null) {
      return CompletableFuture.failedFuture(
          new ChannelUnavailableException(message + " waits for one before it", before));
    }
    int bytes = message.data().length();
    if (bytes > MAX_MESSAGE_BYTES) {
      MessageRefusedException tooLarge =
          new MessageRefusedException(
              message
                  + " has "
                  + bytes
                  + " bytes, and memory:"
                  + name
                  + " takes at most "
                  + MAX_MESSAGE_BYTES);
      if (key != null) {
        failed.put(key, tooLarge);
      }
      return CompletableFuture.failedFuture(tooLarge);
    }
    if (isFull(bytes)) {
      drop();
    }
    if (isFull(bytes)) {
      return CompletableFuture.failedFuture(
          new ChannelUnavailableException(
              "memory:"
                  + name
                  + " is full with "
                  + kept
                  + " messages that were not acknowledged by "
                  + (groups.isEmpty() ? "anybody" : "all of " + groups.keySet())));
    }
    partitions.get(partitionOf(key)).add(message);
    kept++;
    keptBytes += bytes;
    return CompletableFuture.completedFuture(null);
  }

  private boolean isFull(int bytes) {
    return kept >= RETAINED || keptBytes + bytes > RETAINED_BYTES;
  }

  private int partitionOf(@org.jspecify.annotations.Nullable String key) {
    turn = (turn + 1) % PARTITIONS;
    return key == null ? turn : Math.floorMod(key.hashCode(), PARTITIONS);
  }

  private void drop() {
    if (groups.isEmpty()) {
      return;
    }
    for (int i = 0; i < PARTITIONS; i++) {
      long acknowledged = Long.MAX_VALUE;
      for (MemoryGroup group : groups.values()) {
        acknowledged = Math.min(acknowledged, group.acknowledged(i));
      }
      for (Message message : partitions.get(i).dropBelow(acknowledged)) {
        kept--;
        keptBytes -= message.data().length();
      }
    }
  }

  MemoryMember join(Subscribing subscribing) {
    MemoryMember member;
    List<Runnable> wakes;
    synchronized (this) {
      MemoryGroup group =
          groups.computeIfAbsent(
              subscribing.group(), first -> new MemoryGroup(partitions, subscribing.start()));
      member = new MemoryMember(this, group, subscribing.mostOutstanding());
      group.add(member);
      wakes = group.wakes();
    }
    wakes.forEach(Runnable::run);
    return member;
  }

  void leave(MemoryGroup group, MemoryMember member) {
    List<Runnable> wakes;
    synchronized (this) {
      group.remove(member);
      wakes = group.wakes();
    }
    wakes.forEach(Runnable::run);
  }

  synchronized List<ChannelSubscription.Delivery> poll(
      MemoryGroup group, MemoryMember member, int limit) {
    return group.poll(member, limit);
  }

  void acknowledge(MemoryGroup group, MemoryMember member, MemoryGroup.Place place) {
    synchronized (this) {
      if (!group.acknowledge(member, place)) {
        return;
      }
    }
    member.wake();
  }

  synchronized OptionalLong lag(MemoryGroup group, MemoryMember member) {
    return OptionalLong.of(group.lag(member));
  }
}
