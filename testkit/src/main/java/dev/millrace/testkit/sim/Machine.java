package dev.millrace.testkit.sim;

import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all handles of one simulated disk share: the root folder, the numbering of calls, the
 * faults, and whether the power is on.
 */
final class Machine {
  private final DiskSettings settings;
  private final SplittableRandom random;
  private final FolderNode root;
  private final ReentrantLock lock = new ReentrantLock();
  private long calls;
  private long effects;
  private boolean off;
  private @Nullable DiskCall newestFault;

  /** What a call does when it takes effect; changes carry the number of their effect. */
  interface Action<R extends @Nullable Object> {
    R run(long number) throws IOException;
  }

  /** What a submitted call does, with what goes wrong; a crash is none of its business. */
  interface Effect {
    void run(long number, Fault fault) throws IOException;
  }

  Machine(DiskSettings settings, FolderNode root) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed());
    this.root = root;
  }

  DiskSettings settings() {
    return settings;
  }

  FolderNode root() {
    return root;
  }

  SplittableRandom random() {
    return random;
  }

  long calls() {
    return locked(() -> calls);
  }

  /** How many calls have taken effect: a sync covers what was complete when it was submitted. */
  long effects() {
    return locked(() -> effects);
  }

  Optional<DiskCall> newestFault() {
    return locked(() -> Optional.ofNullable(newestFault));
  }

  boolean isOff() {
    return locked(() -> off);
  }

  void cutPower() {
    locked(() -> off = true);
  }

  long totalBytes() {
    return settings.capacityBytes();
  }

  long usableBytes() {
    return settings.capacityBytes() - root.bytes();
  }

  <R> R locked(Supplier<R> body) {
    lock.lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }

  /** A call that takes effect at once. */
  <R extends @Nullable Object> R perform(
      DiskCall.Kind kind, String path, long offset, int length, Action<R> action)
      throws IOException {
    lock.lock();
    try {
      DiskCall call = next(kind, path, offset, length);
      checkPower(call);
      return switch (faultAt(call)) {
        case NONE -> action.run(++effects);
        case CRASH -> {
          off = true;
          action.run(++effects);
          throw powerLost(call);
        }
        case FULL -> throw full(call);
        case ERROR, SHORT_WRITE -> throw error(call);
      };
    } finally {
      lock.unlock();
    }
  }

  /** A call that takes effect when the submission runs it. */
  void submit(
      DiskCall.Kind kind,
      String path,
      long offset,
      int length,
      Effect effect,
      IoCompletion completion) {
    DiskCall call = locked(() -> next(kind, path, offset, length));
    settings.submission().submit(call, () -> completion.completed(take(call, effect)));
  }

  private @Nullable IOException take(DiskCall call, Effect effect) {
    lock.lock();
    try {
      checkPower(call);
      Fault fault = faultAt(call);
      if (fault == Fault.CRASH) {
        off = true;
        if (call.kind() == DiskCall.Kind.WRITE) {
          effect.run(++effects, Fault.NONE);
        }
        return powerLost(call);
      }
      effect.run(++effects, fault);
      return switch (fault) {
        case NONE -> null;
        case FULL -> full(call);
        case ERROR, SHORT_WRITE, CRASH -> error(call);
      };
    } catch (IOException failure) {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  private DiskCall next(DiskCall.Kind kind, String path, long offset, int length) {
    return new DiskCall(++calls, kind, path, offset, length);
  }

  private Fault faultAt(DiskCall call) {
    Fault fault = settings.faults().at(call);
    if (fault != Fault.NONE) {
      newestFault = call;
    }
    return fault;
  }

  private void checkPower(DiskCall call) throws IOException {
    if (off) {
      throw powerLost(call);
    }
  }

  private static IOException powerLost(DiskCall call) {
    return new PowerLostException("the simulated machine is off (" + call + ")");
  }

  private static IOException error(DiskCall call) {
    return new IOException("Input/output error (simulated at " + call + ")");
  }

  static IOException full(Object where) {
    return new IOException("No space left on device (simulated at " + where + ")");
  }
}
