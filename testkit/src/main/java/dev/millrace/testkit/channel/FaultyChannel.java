package dev.millrace.testkit.channel;

import dev.millrace.core.channel.Capabilities;
import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.seam.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A channel whose broker is now and then away: messages are not stored, or are and the confirmation
 * is lost; acknowledgements are lost; subscriptions break, so that everything that was not
 * acknowledged comes again. What the contract promises still holds. Confirmations take their time,
 * by the seams' scheduler.
 */
public final class FaultyChannel implements Channel {
  private static final int LONGEST_MILLIS = 40;

  private final Channel channel;
  private final Seams seams;
  private final RandomGenerator random;
  private final int oneIn;

  /**
   * Makes one.
   *
   * @param channel what works
   * @param oneIn of so many calls one fails, from 2
   */
  public FaultyChannel(Channel channel, Seams seams, RandomGenerator random, int oneIn) {
    if (oneIn < 2) {
      throw new IllegalArgumentException("at most every second call fails, not one in " + oneIn);
    }
    this.channel = channel;
    this.seams = seams;
    this.random = random;
    this.oneIn = oneIn;
  }

  private boolean fails() {
    return random.nextInt(oneIn) == 0;
  }

  private static ChannelUnavailableException away(String what) {
    return new ChannelUnavailableException("the broker is away: " + what);
  }

  @Override
  public String location() {
    return "faulty " + channel.location();
  }

  @Override
  public Capabilities capabilities() {
    return channel.capabilities();
  }

  @Override
  public List<CompletableFuture<Void>> publish(List<Message> messages) {
    int stored = fails() ? random.nextInt(messages.size() + 1) : messages.size();
    int confirmed = fails() ? random.nextInt(stored + 1) : stored;
    List<CompletableFuture<Void>> inner = channel.publish(messages.subList(0, stored));
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      CompletableFuture<Void> answer =
          i < confirmed
              ? inner.get(i)
              : CompletableFuture.failedFuture(away("no confirmation of " + messages.get(i)));
      Duration delay = Duration.ofMillis(random.nextInt(LONGEST_MILLIS));
      answers.add(seams.scheduler().after(delay).thenCompose(now -> answer));
    }
    return answers;
  }

  @Override
  public ChannelSubscription subscribe(Subscribing subscribing) {
    if (fails()) {
      throw away("no subscription");
    }
    return new FaultySubscription(channel.subscribe(subscribing));
  }

  @Override
  public void close() {
    channel.close();
  }

  private final class FaultySubscription implements ChannelSubscription {
    private final ChannelSubscription inner;

    FaultySubscription(ChannelSubscription inner) {
      this.inner = inner;
    }

    private record LossyDelivery(Delivery inner, boolean lost) implements Delivery {
      @Override
      public Message message() {
        return inner.message();
      }

      @Override
      public void acknowledge() {
        if (!lost) {
          inner.acknowledge();
        }
      }
    }

    @Override
    public List<Delivery> poll(int limit) {
      if (fails()) {
        inner.close();
        throw away("the connection broke");
      }
      List<Delivery> deliveries = new ArrayList<>();
      for (Delivery delivery : inner.poll(1 + random.nextInt(limit))) {
        deliveries.add(new LossyDelivery(delivery, fails()));
      }
      return deliveries;
    }

    @Override
    public void onAvailable(Runnable wake) {
      inner.onAvailable(wake);
    }

    @Override
    public OptionalLong lag() {
      return inner.lag();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
