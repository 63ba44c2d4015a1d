package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.RecordedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Events that a processor has passed: handled, or waiting behind a dead letter. */
final class PassedEvents {
  private static final int PAGE = 256;

  private final Processing processing;

  PassedEvents(Processing processing) {
    this.processing = processing;
  }

  /**
   * Fails with a {@link BlockedEventException} if one of these events was passed and not handled.
   * Reads the store only when something is blocked.
   */
  CompletableFuture<Void> mustNotBeBlocked(long first, long last) {
    List<BlockedKey> blocked = processing.standing().blockedKeys();
    if (blocked.isEmpty() || first > last) {
      return CompletableFuture.completedFuture(null);
    }
    Map<OrderingKey, BlockedKey> byKey = new HashMap<>();
    blocked.forEach(one -> byKey.put(one.key(), one));
    return processing
        .seams()
        .scheduler()
        .call(
            "what waits of " + processing.driver().name(),
            () -> {
              check(first, last, byKey);
              return null;
            });
  }

  private void check(long first, long last, Map<OrderingKey, BlockedKey> blocked) {
    long from = first;
    while (from <= last) {
      EventPage page =
          processing.store().read(processing.driver().query(), from, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        if (event.position() > last) {
          return;
        }
        for (OrderingKey key : processing.options().ordering().keysOf(event)) {
          BlockedKey waiting = blocked.get(key);
          if (waiting != null && waiting.handledTo() < event.position()) {
            throw waits(event, waiting);
          }
        }
      }
      if (page.examined() < from) {
        return;
      }
      from = page.examined() + 1;
    }
  }

  private BlockedEventException waits(RecordedEvent event, BlockedKey waiting) {
    return new BlockedEventException(
        processing.who()
            + " has not handled event "
            + event.position()
            + ": "
            + waiting.key()
            + " is blocked since event "
            + (waiting.handledTo() + 1)
            + (waiting.redriving()
                ? ", and is being tried again now"
                : ". Put right what its dead letter says, and redrive or discard that"),
        event.position(),
        waiting.key());
  }
}
