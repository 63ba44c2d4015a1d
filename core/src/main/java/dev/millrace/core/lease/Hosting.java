package dev.millrace.core.lease;

/**
 * A processor that a member can run.
 *
 * @param context the bounded context
 * @param processor its name
 * @param version the version of the processor; the members with the newest run it
 * @param shares into how many shares its work is divided, at least 1
 */
public record Hosting(String context, String processor, int version, int shares)
    implements Comparable<Hosting> {
  public Hosting {
    if (shares < 1) {
      throw new IllegalArgumentException("a processor has at least one share: " + shares);
    }
  }

  /** The lease of a share. */
  public LeaseKey share(int share) {
    return new LeaseKey(context, processor, share);
  }

  @Override
  public int compareTo(Hosting other) {
    int first = share(version).compareTo(other.share(other.version));
    return first != 0 ? first : Integer.compare(shares, other.shares);
  }

  /** Whether it is the same processor, of whatever version. */
  public boolean isOf(LeaseKey key) {
    return context.equals(key.context()) && processor.equals(key.processor());
  }
}
