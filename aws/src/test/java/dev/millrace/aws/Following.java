package dev.millrace.aws;

import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelSubscription.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what a test expects, within a bound. */
final class Following {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(20);

  private Following() {}

  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** So many, not acknowledged. */
  static List<Delivery> take(ChannelSubscription subscription, int count) {
    List<Delivery> taken = new ArrayList<>();
    until(
        "messages",
        () -> {
          taken.addAll(subscription.poll(count - taken.size()));
          return taken.size() == count;
        });
    return taken;
  }

  /** The ids of so many, each acknowledged when it has come. */
  static List<String> ids(ChannelSubscription subscription, int count) {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      for (Delivery one : take(subscription, 1)) {
        ids.add(one.message().id());
        one.acknowledge();
      }
    }
    return ids;
  }

  /** What comes within a time, in which nothing should. */
  static List<Delivery> within(Duration time, ChannelSubscription subscription) {
    long end = System.nanoTime() + time.toNanos();
    List<Delivery> came = subscription.poll(1);
    while (came.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK.toNanos());
      came = subscription.poll(1);
    }
    return came;
  }
}
