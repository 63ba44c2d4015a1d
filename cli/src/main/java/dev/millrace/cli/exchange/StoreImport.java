package dev.millrace.cli.exchange;

import dev.millrace.cli.exchange.AppendReader.Incoming;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.AppendTooLargeException;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Appends what an export wrote. An append that the store has already, by its id, is passed over, so
 * that an import can be repeated.
 */
public final class StoreImport {
  private static final int MAX_WAITING = 2_000;
  private static final long MAX_WAITING_BYTES = 32L << 20;

  private final EventStore store;
  private final AppendReader reader;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long events;
  private long appends;
  private long repeated;

  /** An append that is not answered yet. */
  private record Waiting(Incoming incoming, CompletableFuture<AppendResult> answer) {}

  /** Is told how far it is, and may end it. */
  public interface Watcher {
    /** So many events are appended, or were there. */
    void at(long events);

    /** Whether to go on. */
    boolean goesOn();
  }

  /**
   * What was imported.
   *
   * @param lines how many were read
   * @param events how many are new
   * @param appends how many are new
   * @param repeated how many appends were there before
   * @param whole whether all was read
   */
  public record Result(long lines, long events, long appends, long repeated, boolean whole) {}

  /** An import that has not begun. */
  public StoreImport(EventStore store, BufferedReader lines) {
    this.store = store;
    this.reader = new AppendReader(lines);
  }

  /**
   * Imports everything.
   *
   * @throws BadLineException when a line cannot be imported; all appends before it are then in the
   *     store
   */
  public Result run(Watcher watcher) throws IOException {
    boolean whole = false;
    try {
      while (!whole && watcher.goesOn()) {
        Incoming incoming = reader.next();
        whole = incoming == null;
        if (incoming != null) {
          submit(incoming);
          watcher.at(events);
        }
      }
    } finally {
      while (!waiting.isEmpty()) {
        answered();
      }
    }
    return new Result(reader.line(), events, appends, repeated, whole);
  }

  private void submit(Incoming incoming) {
    while (waiting.size() >= MAX_WAITING
        || (!waiting.isEmpty() && waitingBytes + incoming.bytes() > MAX_WAITING_BYTES)) {
      answered();
    }
    waitingBytes += incoming.bytes();
    waiting.add(new Waiting(incoming, store.append(incoming.append())));
  }

  private void answered() {
    Waiting first = waiting.remove();
    Incoming incoming = first.incoming();
    waitingBytes -= incoming.bytes();
    try {
      switch (first.answer().join()) {
        case Appended appended when appended.repeated() -> repeated++;
        case Appended appended -> {
          events += appended.last() - appended.first() + 1;
          appends++;
        }
        case Conflict conflict ->
            throw new IllegalStateException("an append without a condition met " + conflict);
      }
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case AppendIdReusedException reused -> throw bad(incoming, reused);
        case AppendTooLargeException tooLarge -> throw bad(incoming, tooLarge);
        case MillraceException failure -> throw failure;
        case null, default -> throw e;
      }
    }
  }

  private static BadLineException bad(Incoming incoming, MillraceException refusal) {
    return new BadLineException(incoming.line(), String.valueOf(refusal.getMessage()), refusal);
  }
}
