package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;

/**
 * A processor has passed an event without handling it: it is a dead letter, or waits behind one of
 * its ordering key. It is handled when an operator has put that right; waiting on would last until
 * then.
 */
public final class BlockedEventException extends AwaitException {
  private static final long serialVersionUID = 1L;

  private final long position;
  private final transient OrderingKey key;

  /**
   * Says what waits for what.
   *
   * @param position where the event is
   * @param key what is blocked
   */
  BlockedEventException(String message, long position, OrderingKey key) {
    super(message);
    this.position = position;
    this.key = key;
  }

  /** Where the event is that was not handled. */
  public long position() {
    return position;
  }

  /** What is blocked; not kept by Java's serialization. */
  public OrderingKey key() {
    return key;
  }
}
