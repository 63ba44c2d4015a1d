package dev.millrace.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What other threads ask of a processor; its worker takes it in its steps. */
final class ProcessorRequests {
  /** Most actions on dead letters that wait. */
  static final int MAX_ACTIONS = 20_000;

  private final Deque<Move> moves = new ArrayDeque<>();
  private final Deque<Action> actions = new ArrayDeque<>();
  private boolean paused;
  private boolean resumed;
  private boolean closing;

  /** To another position. */
  record Move(boolean toTheHead, CompletableFuture<Void> done) {}

  /**
   * Something with a blocked key.
   *
   * @param id of the key
   * @param change what becomes of it
   * @param done with whether it is level afterwards; for what does not redrive, when it is kept
   */
  record Action(String id, UnaryOperator<BlockedKey> change, CompletableFuture<Boolean> done) {}

  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    resumed = true;
  }

  synchronized void close() {
    closing = true;
  }

  synchronized void ask(Move move) {
    moves.add(move);
  }

  /** Asks for an action; false: too many wait. */
  synchronized boolean ask(Action action) {
    return actions.size() < MAX_ACTIONS && actions.add(action);
  }

  synchronized boolean isClosing() {
    return closing;
  }

  synchronized boolean isPaused() {
    return paused;
  }

  /** Whether somebody resumed it since this was asked. */
  synchronized boolean takeResumed() {
    boolean was = resumed;
    resumed = false;
    return was;
  }

  synchronized boolean hasMoves() {
    return !moves.isEmpty();
  }

  /** All moves that are asked for. */
  synchronized List<Move> takeMoves() {
    List<Move> all = new ArrayList<>(moves);
    moves.clear();
    return all;
  }

  synchronized @Nullable Action takeAction() {
    return actions.poll();
  }

  synchronized List<Action> takeActions() {
    List<Action> all = new ArrayList<>(actions);
    actions.clear();
    return all;
  }
}
