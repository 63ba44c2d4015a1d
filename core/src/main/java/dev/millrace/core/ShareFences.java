package dev.millrace.core;

import dev.millrace.core.readmodel.Fences;
import dev.millrace.core.readmodel.Fences.Fence;
import dev.millrace.core.readmodel.Fences.Hold;
import dev.millrace.core.store.MillraceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Keeps the holders of before out of a read model: whoever takes a share over raises the epoch of
 * its row and reads there how far it is; each transaction compares, and holds the row until its
 * end.
 *
 * @param <T> the transaction
 */
final class ShareFences<T> {
  private final Fences<T> fences;
  private final String context;
  private final String processor;

  ShareFences(Fences<T> fences, String context, String processor) {
    this.fences = fences;
    this.context = context;
    this.processor = processor;
  }

  /**
   * Takes shares over.
   *
   * @param shares into how many the work is divided
   * @param position reads how far the processor is, from where shares go on that are divided anew
   * @return what stands in their rows
   * @throws FencedException when somebody took one over later
   */
  List<Fence> takeOver(T transaction, Grant grant, int shares, Callable<Long> position)
      throws Exception {
    List<Fence> all = fences.all(transaction, context, processor);
    if (all.size() != shares) {
      divide(transaction, all.size(), shares, position);
    }
    List<Fence> taken = new ArrayList<>();
    for (Fence before : check(transaction, grant, grant.shares(), Hold.TAKING)) {
      taken.add(new Fence(before.share(), grant.epoch(before.share()), before.position()));
    }
    fences.save(transaction, context, processor, taken);
    return taken;
  }

  /** Divides the work anew; whoever had a share of before cannot commit any more. */
  private void divide(T transaction, int listed, int shares, Callable<Long> position)
      throws Exception {
    List<Fence> before = holdAll(transaction);
    if (before.size() != listed) {
      throw new MillraceException(
          "another process divides processor '" + processor + "' now; it is looked at again");
    }
    long epoch = before.stream().mapToLong(Fence::epoch).max().orElse(-1) + 1;
    long from = position.call(); // now that nobody can move it; what is finished beyond, slots know
    fences.remove(transaction, context, processor);
    List<Fence> divided = new ArrayList<>();
    for (int share = 0; share < shares; share++) {
      divided.add(new Fence(share, epoch, from));
    }
    fences.add(transaction, context, processor, divided);
  }

  private List<Fence> holdAll(T transaction) throws Exception {
    List<Integer> shares =
        fences.all(transaction, context, processor).stream().map(Fence::share).toList();
    return shares.isEmpty()
        ? List.of()
        : fences.hold(transaction, context, processor, shares, Hold.TAKING);
  }

  /** What stands in the rows of all shares. */
  List<Fence> all(T transaction) throws Exception {
    return fences.all(transaction, context, processor);
  }

  /**
   * Makes sure that nobody has taken shares over, nor will before the transaction ends.
   *
   * @throws FencedException when somebody has
   */
  List<Fence> check(T transaction, Grant grant, Collection<Integer> shares, Hold why)
      throws Exception {
    List<Fence> found = fences.hold(transaction, context, processor, shares, why);
    for (Fence one : found) {
      if (one.epoch() > grant.epoch(one.share())) {
        throw takenOver(one.share(), one.epoch(), grant);
      }
    }
    if (found.size() < shares.size()) {
      int missing = shares.iterator().next();
      throw takenOver(missing, grant.epoch(missing), grant);
    }
    return found;
  }

  private FencedException takenOver(int share, long seen, Grant grant) {
    return new FencedException(
        "share "
            + share
            + " of processor '"
            + processor
            + "' of context '"
            + context
            + "' was taken over, or the processor was reset: its rows have seen epoch "
            + seen
            + ", and this process has "
            + grant.epoch(share),
        share,
        seen);
  }

  /** Says how far the granted shares are, and answers with how far all are. */
  long save(T transaction, Grant grant, long position) throws Exception {
    List<Fence> moved = new ArrayList<>();
    for (Fence before : check(transaction, grant, grant.shares(), Hold.MOVING)) {
      moved.add(new Fence(before.share(), before.epoch(), Math.max(before.position(), position)));
    }
    fences.save(transaction, context, processor, moved);
    return fences.all(transaction, context, processor).stream()
        .mapToLong(Fence::position)
        .min()
        .orElse(0);
  }

  /** Begins anew: whoever else has a share cannot commit any more, and must take it once more. */
  void reset(T transaction, Grant grant) throws Exception {
    List<Fence> next = new ArrayList<>();
    for (Fence before : holdAll(transaction)) {
      boolean isMine = grant.has(before.share());
      if (isMine && before.epoch() > grant.epoch(before.share())) {
        throw takenOver(before.share(), before.epoch(), grant);
      }
      next.add(new Fence(before.share(), isMine ? before.epoch() : before.epoch() + 1, 0));
    }
    fences.save(transaction, context, processor, next);
  }
}
