package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.MillraceException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Does what operators ask of blocked keys, one after the other. Used by the steps of one worker.
 */
final class BlockedKeyActions {
  private final Processing processing;
  private final ProcessorRequests requests;
  private final InFlight inFlight;
  private final List<Redriven> redriven = new ArrayList<>();

  /** Keys that somebody wants to be level. */
  private record Redriven(List<OrderingKey> keys, CompletableFuture<Boolean> done) {}

  BlockedKeyActions(Processing processing, ProcessorRequests requests, Runnable wake) {
    this.processing = processing;
    this.requests = requests;
    this.inFlight = new InFlight(wake);
  }

  boolean isIdle() {
    inFlight.settle();
    return inFlight.isEmpty();
  }

  /**
   * Begins what is asked for.
   *
   * @param isHalted whether what is tried again goes on only when somebody resumes the processor
   */
  void step(BlockedKeys blocked, boolean isHalted) {
    inFlight.settle();
    ProcessorRequests.Action action = inFlight.isEmpty() ? requests.takeAction() : null;
    while (action != null) {
      if (begin(action, blocked, isHalted)) {
        return;
      }
      action = requests.takeAction();
    }
  }

  private boolean begin(ProcessorRequests.Action action, BlockedKeys blocked, boolean isHalted) {
    BlockedKey found = blocked.find(action.id());
    BlockedKey before = found == null || !isHalted ? found : found.waiting();
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
    ProgressChange change = ProgressChange.of(withWaiting(before, after, blocked, isHalted));
    inFlight.submit(
        processing.driver().save(change),
        done -> {
          blocked.saved(change);
          processing.standing().blocked(blocked.all());
          if (after.redriving()) {
            redriven.add(
                new Redriven(
                    change.blocked().stream().map(BlockedKey::key).toList(), action.done()));
          } else {
            action.done().complete(true);
          }
        },
        failure -> action.done().completeExceptionally(failure));
    return true;
  }

  /** An event that is passed over is so for its other keys, too, which wait there. */
  private static List<BlockedKey> withWaiting(
      BlockedKey before, BlockedKey after, BlockedKeys blocked, boolean isHalted) {
    List<BlockedKey> all = new ArrayList<>(List.of(after));
    if (after.handledTo() > before.handledTo()) {
      for (BlockedKey other : blocked.all()) {
        boolean isItself = other.key().equals(after.key());
        if (!isItself && (isHalted ? other.waiting() : other).waitsAt(after.handledTo())) {
          all.add(other.handledTo(after.handledTo()).redrive());
        }
      }
    }
    return all;
  }

  /** Answers those whose key is level, or blocked again. */
  void tell(BlockedKeys blocked) {
    for (Iterator<Redriven> all = redriven.iterator(); all.hasNext(); ) {
      Redriven one = all.next();
      List<BlockedKey> left =
          one.keys().stream().map(blocked::find).filter(Objects::nonNull).toList();
      if (left.stream().noneMatch(BlockedKey::redriving)) {
        all.remove();
        one.done().complete(left.isEmpty());
      }
    }
  }

  /** What was tried again has stopped the processor; it goes on when that is resumed. */
  void halted(@Nullable String problem) {
    failAll(
        new MillraceException(
            "what was tried again stopped the processor: "
                + problem
                + ". Put it right, then resume the processor; it is tried again then"));
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
    refuse(ending);
    failAll(ending);
  }

  /** None of what is asked for can be done here, or now. */
  void refuse(RuntimeException why) {
    requests.takeActions().forEach(action -> action.done().completeExceptionally(why));
  }

  private void failAll(RuntimeException failure) {
    redriven.forEach(one -> one.done().completeExceptionally(failure));
    redriven.clear();
  }
}
