package dev.millrace.core.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far a group is in each partition, and whose each is. A partition that changes hands begins
 * again after what was acknowledged. Guarded by its topic.
 */
final class MemoryGroup {
  private final List<MemoryPartition> partitions;
  private final List<Share> shares = new ArrayList<>();
  private final List<MemoryMember> members = new ArrayList<>();

  /** A partition, as this group has it. */
  private static final class Share {
    @Nullable MemoryMember holder;
    long epoch;
    long acknowledged;
    long next;
    final TreeSet<Long> above = new TreeSet<>();
  }

  /** Where a message was delivered from; the epoch tells one holder's deliveries from another's. */
  record Place(int partition, long offset, long epoch) {}

  MemoryGroup(List<MemoryPartition> partitions, Subscribing.Start start) {
    this.partitions = partitions;
    for (MemoryPartition partition : partitions) {
      Share share = new Share();
      share.acknowledged = start == Subscribing.Start.OLDEST ? partition.first() : partition.end();
      shares.add(share);
    }
  }

  long acknowledged(int partition) {
    return shares.get(partition).acknowledged;
  }

  void add(MemoryMember member) {
    members.add(member);
    divide();
  }

  void remove(MemoryMember member) {
    members.remove(member);
    divide();
  }

  private void divide() {
    members.forEach(member -> member.outstanding = 0);
    for (int i = 0; i < shares.size(); i++) {
      Share share = shares.get(i);
      MemoryMember holder = members.isEmpty() ? null : members.get(i % members.size());
      if (share.holder != holder) {
        share.holder = holder;
        share.epoch++;
        share.next = share.acknowledged;
        share.above.clear();
      } else if (holder != null) {
        holder.outstanding += (int) (share.next - share.acknowledged) - share.above.size();
      }
    }
  }

  List<Runnable> wakes() {
    List<Runnable> wakes = new ArrayList<>();
    members.forEach(member -> wakes.add(member::wake));
    return wakes;
  }

  /** One from each partition in turn, so that none has to wait for another. */
  List<ChannelSubscription.Delivery> poll(MemoryMember member, int limit) {
    List<ChannelSubscription.Delivery> deliveries = new ArrayList<>();
    boolean found = true;
    while (found) {
      found = false;
      for (int i = 0; i < shares.size(); i++) {
        Share share = shares.get(i);
        boolean room = deliveries.size() < limit && member.outstanding < member.mostOutstanding();
        if (room && share.holder == member && share.next < partitions.get(i).end()) {
          Place place = new Place(i, share.next, share.epoch);
          deliveries.add(member.delivery(partitions.get(i).at(share.next++), place));
          member.outstanding++;
          found = true;
        }
      }
    }
    return deliveries;
  }

  /** Whether that was news. */
  boolean acknowledge(MemoryMember member, Place place) {
    Share share = shares.get(place.partition());
    if (share.epoch != place.epoch()
        || place.offset() < share.acknowledged
        || !share.above.add(place.offset())) {
      return false;
    }
    while (share.above.remove(share.acknowledged)) {
      share.acknowledged++;
    }
    member.outstanding--;
    return true;
  }

  long lag(MemoryMember member) {
    long lag = 0;
    for (int i = 0; i < shares.size(); i++) {
      Share share = shares.get(i);
      lag += share.holder == member ? partitions.get(i).end() - share.acknowledged : 0;
    }
    return lag;
  }
}
