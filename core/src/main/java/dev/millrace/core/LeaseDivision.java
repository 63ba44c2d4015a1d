package dev.millrace.core;

import dev.millrace.core.lease.Hosting;
import dev.millrace.core.lease.Lease;
import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseKey;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How members divide the work: each looks at the same table and comes to the same result, so nobody
 * has to lead. The members with the newest version of a processor have a number of its shares each
 * that differs by one at most; whose number is the greater one goes round from processor to
 * processor, so that those with one share are spread, too. Which shares, follows from what is held:
 * a member that has too many gives back some, one that has too few takes what is free.
 *
 * @param takes what a member should take
 * @param givesBack what it should give back
 */
record LeaseDivision(List<LeaseChange.Taken> takes, List<LeaseKey> givesBack) {

  /** What a member should do, as things stand. */
  static LeaseDivision of(LeaseTable table, UUID member) {
    List<LeaseChange.Taken> takes = new ArrayList<>();
    List<LeaseKey> givesBack = new ArrayList<>();
    int turns = 0;
    for (Hosting processor : newest(table)) {
      if (isOfBefore(table, processor)) {
        divide(table, processor, member, 0, takes, givesBack);
        continue;
      }
      List<UUID> hosts = hostsOf(table, processor);
      int more = processor.shares() % hosts.size();
      int at = hosts.indexOf(member);
      int quota = 0;
      if (at >= 0) {
        int turn = Math.floorMod(at - turns, hosts.size());
        quota = processor.shares() / hosts.size() + (turn < more ? 1 : 0);
      }
      turns += more;
      divide(table, processor, member, quota, takes, givesBack);
    }
    return new LeaseDivision(takes, givesBack);
  }

  /**
   * Whether members of before have the same work under the plain name of the projection: those from
   * before versions stood beside each other, and those that fill it in place. It is theirs until
   * they are gone.
   */
  private static boolean isOfBefore(LeaseTable table, Hosting processor) {
    return table.members().stream()
        .flatMap(member -> member.hosts().stream())
        .anyMatch(one ->
            one.context().equals(processor.context())
                && processor
                    .processor()
                    .equals(KeptVersions.leaseName(one.processor(), one.version())));
  }

  /** Each processor that somebody hosts, in its newest version. */
  private static List<Hosting> newest(LeaseTable table) {
    Map<LeaseKey, Hosting> newest = new TreeMap<>();
    for (Member member : table.members()) {
      for (Hosting one : member.hosts()) {
        newest.merge(one.share(0), one, (a, b) -> a.compareTo(b) >= 0 ? a : b);
      }
    }
    return List.copyOf(newest.values());
  }

  private static List<UUID> hostsOf(LeaseTable table, Hosting processor) {
    return table.members().stream()
        .filter(member -> member.hosts().contains(processor))
        .map(Member::id)
        .sorted()
        .toList();
  }

  private static void divide(
      LeaseTable table,
      Hosting processor,
      UUID member,
      int quota,
      List<LeaseChange.Taken> takes,
      List<LeaseKey> givesBack) {
    Map<LeaseKey, Long> free = new TreeMap<>();
    for (int share = 0; share < processor.shares(); share++) {
      free.put(processor.share(share), 0L);
    }
    int has = 0;
    for (Lease lease : table.leases()) {
      LeaseKey key = lease.key();
      UUID holder = lease.holder();
      if (!processor.isOf(key)) {
        continue;
      }
      if (holder == null || table.member(holder).isEmpty()) {
        free.replace(key, lease.epoch());
        continue;
      }
      free.remove(key);
      if (holder.equals(member) && has < quota && key.share() < processor.shares()) {
        has++;
      } else if (holder.equals(member)) {
        givesBack.add(key);
      }
    }
    for (Map.Entry<LeaseKey, Long> one : free.entrySet()) {
      if (has < quota) {
        has++;
        takes.add(new LeaseChange.Taken(one.getKey(), one.getValue() + 1));
      }
    }
  }
}
