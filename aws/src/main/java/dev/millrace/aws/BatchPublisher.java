package dev.millrace.aws;

import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.MessageRefusedException;
import dev.millrace.core.seam.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes in batches, several at a time. Of one key one message is under way at a time, and one
 * that is not stored takes with it what waits behind it. What would be refused is not sent.
 */
final class BatchPublisher {
  /** Most messages that wait, before a call is turned away. */
  static final int MOST_WAITING = 20_000;

  /** What a message has beside its data, at most, so that all that is smaller fits. */
  private static final int OVERHEAD = 64 << 10;

  private static final int MOST_REQUESTS = 8;
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final AwsAddress address;
  private final BatchSender sender;
  private final Scheduler scheduler;
  private final int mostBytes;
  private final OutgoingLanes lanes;
  private int requests;
  private boolean closed;
  private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

  /**
   * Publishes with a sender.
   *
   * @param mostBytes of a message with its attributes, and of a batch
   */
  BatchPublisher(AwsAddress address, BatchSender sender, Scheduler scheduler, int mostBytes) {
    this.address = address;
    this.sender = sender;
    this.scheduler = scheduler;
    this.mostBytes = mostBytes;
    this.lanes = new OutgoingLanes(mostBytes);
  }

  /** A document may have data in Base64. */
  long maxMessageBytes() {
    return (mostBytes - Math.min(OVERHEAD, mostBytes / 2)) * 3L / 4;
  }

  List<CompletableFuture<Void>> publish(List<Message> messages) {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    List<Outgoing> outgoing = new ArrayList<>();
    Map<String, RuntimeException> stopped = new HashMap<>();
    for (Message message : messages) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      answers.add(answer);
      String key = message.key();
      RuntimeException before = key == null ? null : stopped.get(key);
      if (before != null) {
        answer.completeExceptionally(behind(message, before));
        continue;
      }
      try {
        outgoing.add(outgoing(message, answer));
      } catch (MessageRefusedException refused) {
        answer.completeExceptionally(refused);
        if (key != null) {
          stopped.put(key, refused);
        }
      }
    }
    enter(outgoing);
    return answers;
  }

  private Outgoing outgoing(Message message, CompletableFuture<Void> answer) {
    if (message.data().length() > maxMessageBytes()) {
      throw tooLarge(message, message.data().length() + " bytes of data", maxMessageBytes());
    }
    AwsBinding.Written written;
    try {
      written = AwsBinding.write(message, address.structured());
    } catch (RuntimeException unfit) {
      throw new MessageRefusedException(message + " cannot be written: " + unfit, unfit);
    }
    int bytes = written.bytes();
    if (bytes > mostBytes) {
      throw tooLarge(message, bytes + " bytes with its attributes", mostBytes);
    }
    return new Outgoing(message, written, address.isFifo() ? message.key() : null, bytes, answer);
  }

  private MessageRefusedException tooLarge(Message message, String has, long most) {
    return new MessageRefusedException(
        message + " has " + has + "; " + address.location() + " takes at most " + most);
  }

  private static ChannelUnavailableException behind(Message message, RuntimeException before) {
    return new ChannelUnavailableException(
        message + " waits for one of its key before it, which was not stored", before);
  }

  private void enter(List<Outgoing> outgoing) {
    String reason = null;
    synchronized (this) {
      if (closed) {
        reason = address.location() + " is closed";
      } else if (lanes.waiting() >= MOST_WAITING) {
        reason = MOST_WAITING + " messages wait for " + address.location() + "; publish them again";
      } else {
        outgoing.forEach(lanes::add);
      }
    }
    if (reason == null) {
      dispatch();
      return;
    }
    ChannelUnavailableException away = new ChannelUnavailableException(reason);
    outgoing.forEach(one -> one.answer().completeExceptionally(away));
  }

  private void dispatch() {
    while (true) {
      List<Outgoing> batch;
      synchronized (this) {
        batch = requests < MOST_REQUESTS ? lanes.next() : List.of();
        if (batch.isEmpty()) {
          return;
        }
        if (requests++ == 0) {
          idle = new CompletableFuture<>();
        }
      }
      var unused =
          scheduler
              .call("aws publish", () -> sender.send(batch))
              .whenComplete((failures, failure) -> answered(batch, failures, failure));
    }
  }

  private void answered(
      List<Outgoing> batch,
      @Nullable Map<Integer, RuntimeException> failures,
      @Nullable Throwable failure) {
    Map<Outgoing, RuntimeException> failed = new HashMap<>();
    List<Outgoing> stored = new ArrayList<>();
    CompletableFuture<Void> last = null;
    synchronized (this) {
      for (int i = 0; i < batch.size(); i++) {
        Outgoing one = batch.get(i);
        RuntimeException why = failures == null ? unknown(one, failure) : failures.get(i);
        if (why == null) {
          stored.add(one);
          lanes.stored(one);
        } else {
          failed.put(one, why);
          lanes.failed(one).forEach(next -> failed.put(next, behind(next.message(), why)));
        }
      }
      if (--requests == 0) {
        last = idle;
      }
    }
    dispatch();
    stored.forEach(one -> one.answer().complete(null));
    failed.forEach((one, why) -> one.answer().completeExceptionally(why));
    if (last != null) {
      last.complete(null);
    }
  }

  private RuntimeException unknown(Outgoing one, @Nullable Throwable failure) {
    return new ChannelUnavailableException(
        one.message() + " was not confirmed by " + address.location() + ": " + failure, failure);
  }

  /** Gives up what waits; what is under way has some seconds. */
  void close() {
    List<Outgoing> left;
    CompletableFuture<Void> underWay;
    synchronized (this) {
      closed = true;
      left = lanes.clear();
      underWay = idle;
    }
    ChannelUnavailableException away =
        new ChannelUnavailableException(address.location() + " is closed");
    left.forEach(one -> one.answer().completeExceptionally(away));
    underWay.copy().completeOnTimeout(null, CLOSING.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
