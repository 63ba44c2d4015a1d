package dev.millrace.node.http;

import dev.millrace.core.AwaitException;
import dev.millrace.core.CommandIdReusedException;
import dev.millrace.core.ConflictException;
import dev.millrace.core.ProcessorElsewhereException;
import dev.millrace.core.personal.SubjectForgottenException;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.readmodel.ReadModelException;
import dev.millrace.core.store.AppendTooLargeException;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreArchiveException;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoreUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says as a problem document what was thrown: the one place where failures get their status. */
public final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(10);

  private Problems() {}

  /** The problem of a failure. */
  public static Problem of(Throwable failure) {
    return switch (failure) {
      case ProblemException known -> known.problem();
      case MillraceException known -> ofPlatform(known);
      case IllegalArgumentException mistake -> Problem.badRequest(message(mistake));
      default -> {
        LOG.error("a request failed unexpectedly", failure);
        yield Problem.of(
            500,
            "internal",
            "The node has a fault",
            "An unexpected failure; the node's log has it: " + failure.getClass().getSimpleName());
      }
    };
  }

  private static Problem ofPlatform(MillraceException failure) {
    String detail = message(failure);
    return switch (failure) {
      case ConflictException conflict ->
          Problem.of(409, "conflict", "New events came in at each attempt", detail)
              .retryingAfter(SOON);
      case CommandIdReusedException reused ->
          Problem.of(422, "idempotency-key-reused", "The key was used for another command", detail);
      case AppendTooLargeException large ->
          Problem.of(413, "append-too-large", "The events are too large for the store", detail);
      case StoreOverloadedException overloaded -> overloaded(detail);
      case StoreFullException full ->
          Problem.of(507, "store-full", "The store's disk is full", detail).retryingAfter(LATER);
      case StoreFailedException failed -> unavailable("store-failed", detail);
      case StoreUnavailableException away -> unavailable("store-unavailable", detail);
      case StoreKeyException key ->
          Problem.of(409, "store-key", "The store's key cannot be changed so", detail);
      case StoreArchiveException archived -> unavailable("store-archive", detail);
      case StoreClosedException closed -> unavailable("store-closed", detail);
      case StoreMismatchException mismatch -> gone(detail);
      case AwaitException waited -> notYet(detail);
      case ProcessorElsewhereException elsewhere ->
          Problem.of(409, "processor-elsewhere", "Another process has the processor", detail);
      case ReadModelException readModel -> unavailable("read-model-failed", detail);
      case SubjectForgottenException forgotten ->
          Problem.of(409, "subject-forgotten", "Whom it is about has been forgotten", detail);
      case SubjectKeysException keys -> unavailable("keys-failed", detail);
      default -> {
        LOG.error("a request failed", failure);
        yield Problem.of(500, "failed", "The platform could not do it", detail);
      }
    };
  }

  /** More work than the node takes at a time. */
  public static Problem overloaded(String detail) {
    return Problem.of(503, "overloaded", "More work than the node takes at a time", detail)
        .retryingAfter(SOON);
  }

  /** A position of a history that is not the store's. */
  public static Problem gone(String detail) {
    return Problem.of(410, "another-history", "The position is of another history", detail);
  }

  /** What was to be waited for has not happened yet. */
  public static Problem notYet(String detail) {
    return Problem.of(503, "not-yet", "The read model has not got there yet", detail)
        .retryingAfter(SOON);
  }

  private static Problem unavailable(String type, String detail) {
    return Problem.of(503, type, "A part of the node does not work", detail).retryingAfter(LATER);
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
