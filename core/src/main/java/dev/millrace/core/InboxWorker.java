package dev.millrace.core;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelSubscription.Delivery;
import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of an {@link Inbox}: appends each, and acknowledges it when that is durable.
 * Of one key one append is under way at a time, so that each member of a group appends in the order
 * in which it was given the messages, whatever fails. Two members that both have a part of a key
 * append it twice, each in order, and the store keeps of each message what came first: that order
 * is the key's, also when one of them should have stopped long ago.
 */
final class InboxWorker implements Worker, RunningInbox {
  private static final Logger LOG = LoggerFactory.getLogger(InboxWorker.class);
  private static final int MOST_AT_ONCE = 256;
  private static final Retry BACKOFF =
      Retry.attempts(Retry.WITHOUT_END).backingOff(Duration.ofMillis(50), Duration.ofSeconds(10));

  private final Context context;
  private final Inbox inbox;
  private final InboxMapping mapping;
  private final Channel channel;
  private final EventStore store;
  private final Seams seams;
  private final ConcurrentLinkedQueue<Runnable> inputs = new ConcurrentLinkedQueue<>();
  private final Map<String, Deque<Taken>> lanes = new HashMap<>();
  private final List<Taken> failed = new ArrayList<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile Scheduler.@Nullable Running running;
  private volatile @Nullable ChannelSubscription subscription;
  private InboxStatus.State state = InboxStatus.State.RUNNING;
  private @Nullable String problem;
  private int underWay;
  private int waiting;
  private int failures;
  private long appended;
  private long repeated;
  private long passedOver;
  private long setAside;
  private boolean closing;
  private volatile InboxStatus status;

  /** A message that was taken, and what is appended for it; null: not known yet. */
  private static final class Taken {
    final Delivery delivery;
    @Nullable Append append;

    Taken(Delivery delivery) {
      this.delivery = delivery;
    }
  }

  InboxWorker(Context context, Inbox inbox, Channel channel, EventStore store, Seams seams) {
    this.context = context;
    this.inbox = inbox;
    this.mapping = new InboxMapping(context, inbox);
    this.channel = channel;
    this.store = store;
    this.seams = seams;
    this.status = now();
  }

  void begin() {
    running = seams.scheduler().start("inbox " + inbox.name(), this);
  }

  private void input(Runnable input) {
    inputs.add(input);
    wake();
  }

  private void wake() {
    Scheduler.Running now = running;
    if (now != null) {
      now.wake();
    }
  }

  @Override
  public InboxStatus status() {
    return status;
  }

  @Override
  public void pause() {
    input(() -> state = InboxStatus.State.PAUSED);
  }

  @Override
  public void resume() {
    input(() -> {
      failures = 0;
      tryAgain();
    });
  }

  /** Takes nothing any more; what is under way is finished, and acknowledged. */
  CompletableFuture<Void> close() {
    input(() -> closing = true);
    return closed;
  }

  @Override
  public Next step() {
    boolean more = false;
    try {
      for (Runnable input = inputs.poll(); input != null; input = inputs.poll()) {
        input.run();
      }
      if (closing) {
        return underWay > 0 ? Next.Signal.WAIT : leave();
      }
      more = state == InboxStatus.State.RUNNING && take();
    } catch (RuntimeException unexpected) {
      LOG.error("inbox {} of context {} stopped", inbox.name(), context.name(), unexpected);
      stop(unexpected);
    }
    status = now();
    boolean isLeft = !inputs.isEmpty(); // behind one that went wrong
    return more || isLeft ? Next.Signal.AGAIN : Next.Signal.WAIT;
  }

  /** Leaving waits for the broker. */
  private Next leave() {
    ChannelSubscription left = subscription;
    subscription = null;
    status = now();
    var unused =
        seams
            .scheduler()
            .call(
                "inbox " + inbox.name() + " leaves",
                () -> {
                  if (left != null) {
                    left.close();
                  }
                  return true;
                })
            .whenComplete((done, failure) -> {
              if (failure != null) {
                LOG.warn("inbox {} did not leave its group properly", inbox.name(), failure);
              }
              closed.complete(null);
            });
    return Next.Signal.DONE;
  }

  /** Whether there was something. */
  private boolean take() {
    List<Delivery> deliveries;
    try {
      deliveries = subscribed().poll(MOST_AT_ONCE);
    } catch (ChannelUnavailableException away) {
      forgetSubscription();
      backOff(away);
      return false;
    }
    for (Delivery delivery : deliveries) {
      waiting++;
      Taken taken = new Taken(delivery);
      String key = delivery.message().key();
      if (key == null) {
        start(taken);
        continue;
      }
      Deque<Taken> lane = lanes.computeIfAbsent(key, first -> new ArrayDeque<>());
      lane.add(taken);
      if (lane.size() == 1) {
        start(taken);
      }
    }
    return !deliveries.isEmpty();
  }

  private ChannelSubscription subscribed() {
    ChannelSubscription now = subscription;
    if (now == null) {
      now = channel.subscribe(Subscribing.as(inbox.groupIn(context.name())).from(inbox.start()));
      subscription = now;
      now.onAvailable(this::wake);
    }
    return now;
  }

  /** What it delivered is delivered again by the next one. */
  private void forgetSubscription() {
    ChannelSubscription old = subscription;
    subscription = null;
    if (old != null) {
      var unused =
          seams
              .scheduler()
              .call(
                  "inbox " + inbox.name() + " begins again",
                  () -> {
                    old.close();
                    return true;
                  });
    }
  }

  private void start(Taken taken) {
    Append append = taken.append == null ? appendFor(taken.delivery.message()) : taken.append;
    taken.append = append;
    underWay++;
    CompletableFuture<AppendResult> answer =
        append == null ? CompletableFuture.completedFuture(null) : store.append(append);
    var unused =
        answer.whenComplete((result, failure) -> input(() -> ended(taken, result, failure)));
  }

  /** What the application's functions throw says that this message is not for them. */
  private @Nullable Append appendFor(Message message) {
    try {
      return mapping.appendFor(message);
    } catch (RuntimeException unfit) {
      return mapping.setAside(message, String.valueOf(unfit));
    }
  }

  private void ended(Taken taken, @Nullable AppendResult result, @Nullable Throwable failure) {
    underWay--;
    if (failure != null) {
      failed(taken, EventFailure.reasonOf(failure));
      return;
    }
    count(taken.append, result);
    if (failed.isEmpty()) {
      failures = 0;
    }
    waiting--;
    taken.delivery.acknowledge();
    String key = taken.delivery.message().key();
    Deque<Taken> lane = key == null ? null : lanes.get(key);
    if (lane == null || key == null) {
      return;
    }
    lane.remove();
    if (lane.isEmpty()) {
      lanes.remove(key);
    } else if (!closing) {
      start(lane.element());
    }
  }

  private void count(@Nullable Append append, @Nullable AppendResult result) {
    if (append == null) {
      passedOver++;
    } else if (result instanceof AppendResult.Appended done && done.repeated()) {
      repeated++;
    } else if (mapping.isSetAside(append)) {
      setAside++;
    } else {
      appended++;
    }
  }

  private void failed(Taken taken, Throwable reason) {
    Append append = taken.append;
    if (reason instanceof AppendIdReusedException && append != null) {
      taken.append =
          mapping.setAside(
              taken.delivery.message(),
              "another message with this source and id, and other content, came before");
      start(taken);
      return;
    }
    failed.add(taken);
    if (reason instanceof StoreOverloadedException
        || reason instanceof StoreUnavailableException
        || reason instanceof StoreFullException) {
      backOff(reason);
    } else {
      stop(reason);
    }
  }

  private void stop(Throwable reason) {
    if (state != InboxStatus.State.STOPPED) {
      state = InboxStatus.State.STOPPED;
      problem =
          reason
              + "; resume the inbox when that is put right. Nothing is lost: the broker"
              + " keeps what was not acknowledged";
    }
  }

  private void backOff(Throwable reason) {
    if (state != InboxStatus.State.RUNNING) {
      return;
    }
    state = InboxStatus.State.RETRYING;
    problem = String.valueOf(reason.getMessage());
    var unused =
        seams
            .scheduler()
            .after(BACKOFF.backoff(++failures, seams.random()))
            .thenRun(() ->
                input(() -> {
                  if (state == InboxStatus.State.RETRYING) {
                    tryAgain();
                  }
                }));
  }

  private void tryAgain() {
    state = InboxStatus.State.RUNNING;
    problem = null;
    List<Taken> again = List.copyOf(failed);
    failed.clear();
    again.forEach(this::start);
  }

  private InboxStatus now() {
    ChannelSubscription now = subscription;
    String broker = now == null ? "" : now.problem();
    return new InboxStatus(
        context.name(),
        inbox.name(),
        inbox.channel(),
        channel.location(),
        state,
        appended,
        repeated,
        passedOver,
        setAside,
        waiting,
        now == null ? OptionalLong.empty() : now.lag(),
        problem == null && !broker.isEmpty() ? broker : problem);
  }
}
