package dev.millrace.bench;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.TagValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Our store, followed by a subscription in the same process. */
final class LogDelivery implements DeliveryLoop.Publisher, DeliveryLoop.Subscriber {
  private static final int PAGE = 1_000;
  private static final long SEED = 7;
  private static final List<TagValue> TAGS = List.of(new TagValue("entity", "1"));

  private final EventStore store;
  private final long before;
  private final Subscription subscription;
  private volatile boolean closed;
  private @Nullable Thread thread;

  LogDelivery(EventStore store) {
    this.store = store;
    this.before = store.head();
    this.subscription = store.subscribe(Query.all(), before);
  }

  @Override
  public void publish(long number, Consumer<@Nullable Throwable> answer) {
    byte[] data = new byte[Measured.BYTES];
    ByteBuffer.wrap(data).putLong(0, number);
    NewEvent event = new NewEvent(Measured.TYPE, 1, TAGS, Bytes.wrap(data));
    CompletableFuture<AppendResult> _ =
        store
            .append(Append.of(LogSubject.id(SEED, before + number), List.of(event)))
            .whenComplete((_, thrown) -> answer.accept(thrown));
  }

  @Override
  public void follow(DeliveryLoop loop) {
    Thread follower = Thread.ofPlatform().name("subscriber").unstarted(() -> receive(loop));
    thread = follower;
    subscription.onAvailable(() -> LockSupport.unpark(follower));
    follower.start();
  }

  private void receive(DeliveryLoop loop) {
    try {
      while (!closed) {
        EventPage page = subscription.poll(PAGE);
        for (RecordedEvent event : page.events()) {
          loop.received(event.data().buffer().getLong(0));
        }
        if (page.events().isEmpty()) {
          LockSupport.park();
        }
      }
    } catch (RuntimeException e) {
      loop.failed(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    if (thread != null) {
      LockSupport.unpark(thread);
      thread.join();
    }
    subscription.close();
  }
}
