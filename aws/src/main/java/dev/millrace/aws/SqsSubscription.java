package dev.millrace.aws;

import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A member of the group of a queue. Calls of the scheduler wait for messages, as long as there is
 * room; others delete what was acknowledged; one now and then hides for longer what is outstanding.
 * A queue that answers is asked by several calls at once, one that has nothing by one.
 */
final class SqsSubscription implements ChannelSubscription {
  private static final int MOST_RECEIVING = 4;
  private static final int MOST_DELETING = 4;
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  /** Requests cost money: acknowledgements wait a moment for others. */
  private static final Duration LINGER = Duration.ofMillis(5);

  private static final Duration LONGEST_BEAT = Duration.ofSeconds(10);
  private static final long LAG_NANOS = Duration.ofSeconds(5).toNanos();

  private final AwsAddress address;
  private final Supplier<SqsQueue> finding;
  private final Seams seams;
  private final Scheduler scheduler;
  private final HeldMessages held;
  private final Object lock = new Object();
  private int receiving;
  private int reserved;
  private volatile boolean busy;
  private @Nullable String attempt;
  private int deleting;
  private CompletableFuture<Void> deletesOver = CompletableFuture.completedFuture(null);
  private boolean lingering;
  private volatile @Nullable SqsQueue queue;
  private volatile Runnable wake = () -> {};
  private volatile String problem = "";
  private volatile boolean closed;
  private volatile long visible;
  private long lagAsked;
  private boolean lagKnown;

  private record SqsDelivery(SqsSubscription from, HeldMessages.Held held) implements Delivery {
    @Override
    public Message message() {
      return held.message();
    }

    @Override
    public void acknowledge() {
      from.acknowledge(held);
    }
  }

  /**
   * A member that has not begun.
   *
   * @param finding finds the queue; it may wait, and is asked again when it fails
   */
  SqsSubscription(
      AwsAddress address, Supplier<SqsQueue> finding, Subscribing subscribing, Seams seams) {
    this.address = address;
    this.finding = finding;
    this.seams = seams;
    this.scheduler = seams.scheduler();
    this.held =
        new HeldMessages(subscribing.mostOutstanding(), address.visibility(), address.hold());
  }

  void begin() {
    receive();
    beatAfter(beat());
  }

  private Duration beat() {
    Duration quarter = address.visibility().dividedBy(4);
    return quarter.compareTo(LONGEST_BEAT) < 0 ? quarter : LONGEST_BEAT;
  }

  private void receive() {
    boolean begun = true;
    while (begun) {
      begun = receive(busy ? MOST_RECEIVING : 1, address.longPoll());
    }
  }

  /** Whether a request was begun: there is room, and not so many are under way. */
  private boolean receive(int atOnce, Duration howLong) {
    int most;
    String asked;
    synchronized (lock) {
      most = Math.min(SqsQueue.MOST_MESSAGES, held.room() - reserved);
      if (closed || most < 1 || receiving >= atOnce) {
        return false;
      }
      receiving++;
      reserved += most;
      asked = attempt == null ? seams.newId().toString() : attempt;
      attempt = null;
    }
    var unused =
        scheduler
            .call("sqs receive", () -> take(most, howLong, asked))
            .whenComplete(
                (count, failure) -> received(most, asked, count == null ? 0 : count, failure));
    return true;
  }

  private int take(int most, Duration howLong, String asked) {
    SqsQueue from = queue;
    if (from == null) {
      from = finding.get();
      queue = from;
    }
    if (closed) {
      return 0;
    }
    List<SqsQueue.Taken> taken = from.receive(most, howLong, asked);
    long now = scheduler.elapsedNanos();
    for (SqsQueue.Taken one : taken) {
      held.take(one, AwsBinding.read(one.received()), now);
    }
    if (closed) {
      giveBack(from);
    }
    return taken.size();
  }

  private void received(int most, String asked, int count, @Nullable Throwable failure) {
    boolean isAnswered = failure != null && SqsQueue.isAnswered(failure);
    synchronized (lock) {
      receiving--;
      reserved -= most;
      busy = failure == null && count == SqsQueue.MOST_MESSAGES;
      if (failure != null && !isAnswered) {
        attempt = asked; // the messages of the answer that was lost, instead of waiting for them
      }
    }
    if (failure != null) {
      problem = address.location() + ": " + failure.getMessage();
      var unused = scheduler.after(BACKOFF).thenRun(this::receive);
      return;
    }
    problem = "";
    receive();
    if (count > 0) {
      wake.run();
      delete(); // what was acknowledged before, and came again
    }
  }

  @Override
  public List<Delivery> poll(int limit) {
    List<Delivery> deliveries = new ArrayList<>();
    for (HeldMessages.Held one : held.poll(limit, scheduler.elapsedNanos())) {
      deliveries.add(new SqsDelivery(this, one));
    }
    return deliveries;
  }

  private void acknowledge(HeldMessages.Held one) {
    if (!held.acknowledge(one)) {
      return;
    }
    if (held.waitingToBeDeleted() >= SqsQueue.MOST_MESSAGES) {
      delete();
    } else {
      boolean isFirst;
      synchronized (lock) {
        isFirst = !lingering;
        lingering = true;
      }
      if (isFirst) {
        var unused =
            scheduler
                .after(LINGER)
                .thenRun(() -> {
                  synchronized (lock) {
                    lingering = false;
                  }
                  delete();
                });
      }
    }
    receive();
    if (held.wasFull()) {
      wake.run();
    }
  }

  private void delete() {
    SqsQueue from = queue;
    while (from != null) {
      List<HeldMessages.Asked> batch;
      synchronized (lock) {
        batch = deleting < MOST_DELETING ? held.nextToDelete(SqsQueue.MOST_MESSAGES) : List.of();
        if (batch.isEmpty()) {
          return;
        }
        if (deleting++ == 0) {
          deletesOver = new CompletableFuture<>();
        }
      }
      SqsQueue of = from;
      var unused =
          scheduler
              .call("sqs delete", () -> of.delete(receipts(batch)))
              .whenComplete((refused, failure) -> deleted(batch, refused, failure));
    }
  }

  private static List<String> receipts(List<HeldMessages.Asked> batch) {
    return batch.stream().map(HeldMessages.Asked::receipt).toList();
  }

  private void deleted(
      List<HeldMessages.Asked> batch,
      @Nullable List<Integer> refused,
      @Nullable Throwable failure) {
    boolean isLater = false;
    if (refused == null) {
      problem = address.location() + ": " + (failure == null ? "" : failure.getMessage());
      held.notDeleted(batch);
      isLater = true;
    } else {
      long now = scheduler.elapsedNanos();
      for (int i = 0; i < batch.size(); i++) {
        if (refused.contains(i)) {
          isLater |= !held.refused(batch.get(i), now);
        } else {
          held.deleted(batch.get(i));
        }
      }
    }
    CompletableFuture<Void> over;
    synchronized (lock) {
      over = --deleting == 0 ? deletesOver : null;
    }
    if (isLater) {
      var unused = scheduler.after(BACKOFF).thenRun(this::delete);
    } else {
      delete();
    }
    if (address.isFifo()) { // groups are free again, which requests that wait may learn late
      receive(MOST_RECEIVING + 1, Duration.ZERO);
    }
    receive();
    if (over != null) {
      over.complete(null);
    }
  }

  private void beatAfter(Duration delay) {
    var unused =
        scheduler
            .after(delay)
            .thenCompose(now ->
                scheduler.call(
                    "sqs heartbeat",
                    () -> {
                      hold();
                      return true;
                    }))
            .whenComplete((done, failure) -> {
              if (failure != null && !closed) {
                problem = address.location() + ": " + failure.getMessage();
              }
              if (!closed) {
                receive();
                beatAfter(beat());
              }
            });
  }

  /** Hides what is outstanding for longer, and lets go what is not hidden any more. */
  private void hold() {
    SqsQueue of = queue;
    held.expire(scheduler.elapsedNanos());
    if (of == null || closed) {
      return;
    }
    giveBack(of);
    List<HeldMessages.Asked> due = held.due(scheduler.elapsedNanos());
    for (int i = 0; i < due.size() && !closed; i += SqsQueue.MOST_MESSAGES) {
      List<HeldMessages.Asked> batch =
          due.subList(i, Math.min(due.size(), i + SqsQueue.MOST_MESSAGES));
      long since = scheduler.elapsedNanos();
      List<Integer> refused = of.hide(receipts(batch), address.visibility());
      for (int j = 0; j < batch.size(); j++) {
        if (refused.contains(j)) {
          held.lost(batch.get(j), scheduler.elapsedNanos());
        } else {
          held.prolonged(batch.get(j), since);
        }
      }
    }
  }

  private void giveBack(SqsQueue of) {
    List<String> receipts = held.nextToReturn();
    for (int i = 0; i < receipts.size(); i += SqsQueue.MOST_MESSAGES) {
      of.hide(
          receipts.subList(i, Math.min(receipts.size(), i + SqsQueue.MOST_MESSAGES)),
          Duration.ZERO);
    }
  }

  @Override
  public void onAvailable(Runnable wake) {
    this.wake = wake;
    wake.run();
  }

  /** About what waits in the queue, as it was some seconds ago, and what is outstanding here. */
  @Override
  public OptionalLong lag() {
    SqsQueue of = queue;
    long now = scheduler.elapsedNanos();
    boolean isDue;
    boolean isKnown;
    synchronized (lock) {
      isDue = of != null && !closed && (lagAsked == 0 || now - lagAsked > LAG_NANOS);
      lagAsked = isDue ? now : lagAsked;
      isKnown = lagKnown;
    }
    if (isDue && of != null) {
      var unused =
          scheduler
              .call("sqs lag", of::visible)
              .thenAccept(waiting -> {
                visible = waiting;
                synchronized (lock) {
                  lagKnown = true;
                }
              });
    }
    return isKnown ? OptionalLong.of(visible + held.outstanding()) : OptionalLong.empty();
  }

  @Override
  public String problem() {
    return problem;
  }

  /** A request for messages that is under way ends by itself, and gives back what it gets. */
  @Override
  public void close() {
    closed = true;
    held.leave();
    SqsQueue of = queue;
    if (of == null) {
      return;
    }
    delete();
    CompletableFuture<Void> underWay;
    synchronized (lock) {
      underWay = deletesOver;
    }
    underWay
        .thenCompose(now ->
            scheduler.call(
                "sqs leave",
                () -> {
                  deleteTheRest(of);
                  giveBack(of);
                  return true;
                }))
        .handle((done, failure) -> null) // the broker gives them to others when the time is over
        .completeOnTimeout(null, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private void deleteTheRest(SqsQueue of) {
    List<HeldMessages.Asked> batch = held.nextToDelete(SqsQueue.MOST_MESSAGES);
    while (!batch.isEmpty()) {
      of.delete(receipts(batch));
      batch = held.nextToDelete(SqsQueue.MOST_MESSAGES);
    }
  }
}
