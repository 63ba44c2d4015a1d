package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Does what operators ask of blocked keys, one after the other. Used by the steps of one worker.
 */
final class BlockedKeyActions {
  private final Processing processing;
  private final ProcessorRequests requests;
  private final InFlight inFlight;
  private final Map<OrderingKey, List<CompletableFuture<Boolean>>> redriven = new TreeMap<>();

  BlockedKeyActions(Processing processing, ProcessorRequests requests, Runnable wake) {
    this.processing = processing;
    this.requests = requests;
    this.inFlight = new InFlight(wake);
  }

  boolean isIdle() {
    inFlight.settle();
    return inFlight.isEmpty();
  }

  void step(BlockedKeys blocked) {
    inFlight.settle();
    ProcessorRequests.Action action = inFlight.isEmpty() ? requests.takeAction() : null;
    while (action != null) {
      if (begin(action, blocked)) {
        return;
      }
      action = requests.takeAction();
    }
  }

  private boolean begin(ProcessorRequests.Action action, BlockedKeys blocked) {
    BlockedKey before = blocked.find(action.id());
    if (before == null || before.redriving() || before.letter() == null) {
      action
          .done()
          .completeExceptionally(
              new IllegalArgumentException(
                  before != null && before.redriving()
                      ? before.key() + " is being tried again; wait until that has ended"
                      : "there is no dead letter '" + action.id() + "'"));
      return false;
    }
    BlockedKey after = action.change().apply(before);
    ProgressChange change = ProgressChange.of(List.of(after));
    inFlight.submit(
        processing.driver().save(change),
        done -> {
          blocked.saved(change);
          processing.standing().blocked(blocked.all());
          if (after.redriving()) {
            redriven.computeIfAbsent(after.key(), first -> new ArrayList<>()).add(action.done());
          } else {
            action.done().complete(true);
          }
        },
        failure -> action.done().completeExceptionally(failure));
    return true;
  }

  /** Answers those whose key is level, or blocked again. */
  void tell(BlockedKeys blocked) {
    redriven
        .entrySet()
        .removeIf(one -> {
          BlockedKey now = blocked.find(one.getKey());
          if (now != null && now.redriving()) {
            return false;
          }
          one.getValue().forEach(done -> done.complete(now == null));
          return true;
        });
  }

  /** The processor was moved: nothing is blocked any more. */
  void moved() {
    failAll(new MillraceException("the processor was reset, or skipped, at the same time"));
  }

  /** Another process has the keys: what is under way goes on there. */
  void letGo() {
    failAll(
        new MillraceException(
            "another process has the processor now, and goes on with it; ask it"));
  }

  void end(AwaitException ending) {
    requests.takeActions().forEach(action -> action.done().completeExceptionally(ending));
    failAll(ending);
  }

  private void failAll(RuntimeException failure) {
    redriven.values().forEach(all -> all.forEach(done -> done.completeExceptionally(failure)));
    redriven.clear();
  }
}
