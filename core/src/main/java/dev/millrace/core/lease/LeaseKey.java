package dev.millrace.core.lease;

/**
 * What a lease is of: a share of the work of a processor.
 *
 * @param context the bounded context
 * @param processor its name
 * @param share from 0
 */
public record LeaseKey(String context, String processor, int share)
    implements Comparable<LeaseKey> {
  @Override
  public int compareTo(LeaseKey other) {
    int first = context.compareTo(other.context);
    int second = first != 0 ? first : processor.compareTo(other.processor);
    return second != 0 ? second : Integer.compare(share, other.share);
  }
}
