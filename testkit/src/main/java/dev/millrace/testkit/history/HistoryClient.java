package dev.millrace.testkit.history;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A client that does random things to a store, drawn from a seed: it decides about accounts that it
 * shares with the others on what it has read, now or before; repeats appends; reads both ways;
 * follows. For one thread.
 */
public final class HistoryClient {
  private static final int ACCOUNTS = 3;
  private static final int MOST_EVENTS = 3;
  private static final int LARGEST = 1_500;

  private final EventStore store;
  private final SplittableRandom random;
  private final long number;
  private final List<Append> made = new ArrayList<>();
  private final Map<TagValue, Long> read = new HashMap<>();
  private final Subscription subscription;
  private long appends;

  /**
   * A client.
   *
   * @param number which no other client of the history has
   * @param seed of what it does
   */
  public HistoryClient(History history, long number, EventStore store, long seed) {
    this.store = history.recording("client " + number, store);
    this.number = number;
    this.random = new SplittableRandom(seed);
    this.subscription = this.store.subscribe(Query.all(), 0);
  }

  /** Does one thing; complete when it is done, also when the store has refused it or has failed. */
  public CompletableFuture<?> step() {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        return settled(decision());
      }
      case 4 -> {
        return settled(append());
      }
      case 5 -> {
        return settled(made.isEmpty() ? append() : made.get(random.nextInt(made.size())));
      }
      case 6 ->
          store.read(Query.tags(account()), 1 + random.nextInt(20), Direction.FORWARD, limit());
      case 7 ->
          store.read(
              Query.all(), 1 + random.nextLong(store.head() + 2), Direction.BACKWARD, limit());
      case 8 -> {
        if (!made.isEmpty()) {
          store.find(made.get(random.nextInt(made.size())).id());
        }
      }
      default -> subscription.poll(limit());
    }
    return CompletableFuture.completedFuture(null);
  }

  private int limit() {
    return 1 + random.nextInt(50);
  }

  private TagValue account() {
    return new TagValue("account", Integer.toString(random.nextInt(ACCOUNTS)));
  }

  private CompletableFuture<?> settled(Append append) {
    return store.append(append).handle((answer, failure) -> null);
  }

  private Append append() {
    List<NewEvent> events = new ArrayList<>();
    int count = 1 + random.nextInt(MOST_EVENTS);
    for (int i = 0; i < count; i++) {
      String data = number + "/" + appends + "/" + i;
      int filler = random.nextInt(8) == 0 ? random.nextInt(LARGEST) : 0;
      events.add(
          new NewEvent("moved", 1, List.of(account()), Bytes.utf8(data + " ".repeat(filler))));
    }
    Append append = Append.of(new UUID(number + 1, ++appends), events);
    made.add(append);
    return append;
  }

  /** On what it reads now, or on what it read some time ago, which is more often out of date. */
  private Append decision() {
    TagValue account = account();
    if (!read.containsKey(account) || random.nextBoolean()) {
      EventPage page = store.read(Query.tags(account), store.head(), Direction.BACKWARD, 1);
      read.put(account, page.events().stream().mapToLong(RecordedEvent::position).sum());
    }
    Append append =
        append()
            .onlyIf(
                AppendCondition.noneMatching(Query.tags(account), read.getOrDefault(account, 0L)));
    made.set(made.size() - 1, append);
    return append;
  }
}
