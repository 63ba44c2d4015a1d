package dev.millrace.retail;

import dev.millrace.core.Accepted;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Outcome;
import dev.millrace.core.Receipt;
import dev.millrace.core.Rejected;
import dev.millrace.core.store.MillraceException;
import dev.millrace.retail.InvoiceCommands.Prepared;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

/**
 * Sends invoices, some at a time: those that share a product, a customer or a number go one after
 * the other, in the order in which they were given; others go beside each other and share the
 * store's syncs. So each product and each customer sees what it would see if all went one after the
 * other, the result depends on the files alone, and no command meets a conflict of another.
 *
 * <p>Used by one thread.
 */
final class CommandWindow {
  /** Most commands that are under way. */
  static final int SIZE = 16;

  private final Millrace millrace;
  private final BiConsumer<Prepared, Receipt> settled;
  private final Deque<UnderWay> underWay = new ArrayDeque<>();
  private final Map<String, CompletableFuture<?>> lastOf = new HashMap<>();

  private record UnderWay(
      Prepared prepared, Set<String> keys, CompletableFuture<Outcome<NoRejection>> outcome) {}

  /**
   * Makes a window.
   *
   * @param settled is told the answer to each command, on the sending thread, in the order of
   *     sending
   */
  CommandWindow(Millrace millrace, BiConsumer<Prepared, Receipt> settled) {
    this.millrace = millrace;
    this.settled = settled;
  }

  /** Sends, and waits while too many are under way. */
  void send(Prepared prepared) {
    while (underWay.size() >= SIZE) {
      settleFirst();
    }
    Set<String> keys = keys(prepared);
    List<CompletableFuture<?>> before = new ArrayList<>();
    for (String key : keys) {
      CompletableFuture<?> last = lastOf.get(key);
      if (last != null) {
        before.add(last);
      }
    }
    CompletableFuture<Outcome<NoRejection>> outcome =
        CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
            .thenCompose(
                ready -> millrace.submit(prepared.command(), CommandEnvelope.of(prepared.id())));
    keys.forEach(key -> lastOf.put(key, outcome));
    underWay.addLast(new UnderWay(prepared, keys, outcome));
  }

  /** Waits for all that is under way. */
  void drain() {
    while (!underWay.isEmpty()) {
      settleFirst();
    }
  }

  private static Set<String> keys(Prepared prepared) {
    Set<String> keys = new HashSet<>();
    keys.add("invoice " + prepared.command().invoice());
    prepared.command().products().forEach(product -> keys.add("product " + product));
    if (prepared.command().customer() != null) {
      keys.add("customer " + prepared.command().customer());
    }
    return keys;
  }

  private void settleFirst() {
    UnderWay first = underWay.removeFirst();
    Outcome<NoRejection> outcome;
    try {
      outcome = first.outcome().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof RuntimeException failure
          ? failure
          : new MillraceException("unexpected: " + cause, cause);
    }
    first.keys().forEach(key -> lastOf.remove(key, first.outcome()));
    switch (outcome) {
      case Accepted<NoRejection> answer -> settled.accept(first.prepared(), answer.receipt());
      case Rejected<NoRejection> never ->
          throw new IllegalStateException(first.prepared().id() + " was rejected: " + never);
    }
  }
}
