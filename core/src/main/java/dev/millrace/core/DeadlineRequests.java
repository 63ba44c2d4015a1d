package dev.millrace.core;

import dev.millrace.core.DeadlineBook.Deadline;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineCancelled;
import dev.millrace.core.deadline.OpenDeadline;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.Tenant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What operators ask of a context's deadlines. Anybody asks; the worker answers when it has seen
 * all that was in the store at that time.
 */
final class DeadlineRequests {
  private final Context context;
  private final EventStore store;
  private final Seams seams;
  private final Queue<Request> asked = new ConcurrentLinkedQueue<>();
  private final Deque<Request> taken = new ArrayDeque<>();

  private interface Request {
    void answer(DeadlineBook book, Set<Deadline> inFlight);

    void refuse(RuntimeException reason);
  }

  DeadlineRequests(Context context, EventStore store, Seams seams) {
    this.context = context;
    this.store = store;
    this.seams = seams;
  }

  /** The open ones that are due first. */
  CompletableFuture<List<OpenDeadline>> open(int limit) {
    CompletableFuture<List<OpenDeadline>> answer = new CompletableFuture<>();
    asked.add(
        new Request() {
          @Override
          public void answer(DeadlineBook book, Set<Deadline> inFlight) {
            List<OpenDeadline> open = new ArrayList<>();
            for (Deadline one : book.first(limit)) {
              open.add(
                  new OpenDeadline(
                      one.key().tenant(),
                      one.key().key(),
                      one.position(),
                      one.due(),
                      one.attempts(),
                      inFlight.contains(one)));
            }
            answer.complete(open);
          }

          @Override
          public void refuse(RuntimeException reason) {
            answer.completeExceptionally(reason);
          }
        });
    return answer;
  }

  /** Records that one is no more; completes with false when there is none. */
  CompletableFuture<Boolean> cancel(Tenant tenant, String key, String actor) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    asked.add(
        new Request() {
          @Override
          public void answer(DeadlineBook book, Set<Deadline> inFlight) {
            if (!book.isOpen(tenant, key)) {
              answer.complete(false);
              return;
            }
            var unused =
                store
                    .append(cancellation(tenant, key, actor))
                    .whenComplete((stored, failure) -> {
                      if (failure == null) {
                        answer.complete(true);
                      } else {
                        answer.completeExceptionally(failure);
                      }
                    });
          }

          @Override
          public void refuse(RuntimeException reason) {
            answer.completeExceptionally(reason);
          }
        });
    return answer;
  }

  private Append cancellation(Tenant tenant, String key, String actor) {
    NewEvent event = context.writeEvent(new DeadlineCancelled(key));
    Metadata who = new Metadata(null, null, null, actor);
    return new Append(seams.newId(), tenant, List.of(event), AppendCondition.NONE, who, null);
  }

  /** Takes what has been asked; true: the worker must see what is in the store, then answer. */
  boolean take() {
    for (Request one = asked.poll(); one != null; one = asked.poll()) {
      taken.add(one);
    }
    return !taken.isEmpty();
  }

  /** It ends: what was taken is given back, to be refused. */
  void giveBack() {
    asked.addAll(taken);
    taken.clear();
    refuseAsked();
  }

  /** Answers what was taken before the store was looked at. */
  void answer(DeadlineBook book, Set<Deadline> inFlight) {
    for (Request one = taken.poll(); one != null; one = taken.poll()) {
      try {
        one.answer(book, inFlight);
      } catch (RuntimeException failure) {
        one.refuse(failure);
      }
    }
  }

  /** Nobody will answer; any thread, but what was taken is the worker's. */
  void refuseAsked() {
    StoreClosedException reason =
        new StoreClosedException(
            "the deadlines of "
                + context.name()
                + " are not followed any more, since the program ends; ask again when it has begun");
    for (Request one = asked.poll(); one != null; one = asked.poll()) {
      one.refuse(reason);
    }
  }
}
