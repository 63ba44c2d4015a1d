package dev.millrace.testkit.contract;

import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelSubscription.Delivery;
import dev.millrace.core.channel.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Polls a subscription until there is what a test waits for; woken, as a worker is. */
final class ChannelFollower {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final ChannelSubscription subscription;
  private final Semaphore available = new Semaphore(0);

  ChannelFollower(ChannelSubscription subscription) {
    this.subscription = subscription;
    subscription.onAvailable(available::release);
  }

  /** What is there now. */
  List<Delivery> poll(int limit) {
    return subscription.poll(limit);
  }

  /** So many, once they have come; they may be changed. */
  List<Delivery> take(int count) {
    List<Delivery> taken = new ArrayList<>();
    until(() -> {
      if (taken.size() < count) {
        taken.addAll(subscription.poll(count - taken.size()));
      }
      return taken.size() >= count;
    });
    return taken;
  }

  /**
   * So many, each acknowledged as soon as it has come: some brokers hold back what follows on a key
   * until then.
   */
  List<Message> takeAndAcknowledge(int count) {
    List<Message> taken = new ArrayList<>();
    while (taken.size() < count) {
      for (Delivery delivery : take(1)) {
        taken.add(delivery.message());
        delivery.acknowledge();
      }
    }
    return taken;
  }

  /** At least one, and what else comes soon, up to so many; they may be changed. */
  List<Delivery> takeUpTo(int count, Duration soon) {
    List<Delivery> taken = take(1);
    List<Delivery> more = taken;
    while (taken.size() < count && !more.isEmpty()) {
      more = pollSoon(soon);
      taken.addAll(more);
    }
    return taken;
  }

  /** What comes within a time, for a loop that tries again. */
  List<Delivery> pollSoon(Duration within) {
    long end = System.nanoTime() + within.toNanos();
    List<Delivery> came = subscription.poll(1);
    while (came.isEmpty() && System.nanoTime() < end) {
      waitForMore();
      came = subscription.poll(1);
    }
    return came;
  }

  /** Looks whenever it is woken, and now and then. */
  void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "it did not come within " + PATIENCE + "; problem: '" + subscription.problem() + "'");
      }
      waitForMore();
    }
  }

  private void waitForMore() {
    try {
      var unused = available.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
