package dev.millrace.cli;

import dev.millrace.cli.terminal.Output;
import dev.millrace.core.store.MillraceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Says in one line what went wrong; where in the program, only when asked. */
final class Failures {
  private final Output err;
  private final boolean verbose;

  Failures(Output err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  /** Writes it and returns the exit code. */
  int report(Throwable thrown) {
    Throwable failure = unwrap(thrown);
    err.line("millrace: " + describe(failure));
    if (verbose) {
      PrintWriter writer = new PrintWriter(err);
      failure.printStackTrace(writer);
      writer.flush();
    }
    return ExitCode.FAILURE;
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable failure = thrown;
    while (failure instanceof CompletionException || failure instanceof ExecutionException) {
      Throwable cause = failure.getCause();
      if (cause == null) {
        return failure;
      }
      failure = cause;
    }
    return failure;
  }

  private String describe(Throwable failure) {
    return switch (failure) {
      case MillraceException e -> oneLine(e.getMessage());
      case FailureException e -> oneLine(e.getMessage());
      case NoSuchFileException e -> "there is no file " + e.getFile();
      case NotDirectoryException e -> e.getFile() + " is not a folder";
      case FileAlreadyExistsException e -> e.getFile() + " is there already";
      case AccessDeniedException e ->
          "no permission for " + e.getFile() + "; check its owner and mode";
      case FileSystemException e -> e.getFile() + ": " + oneLine(e.getReason());
      case IOException e -> oneLine(e.getMessage());
      case OutOfMemoryError e ->
          "out of memory (" + e.getMessage() + "); give the JVM more: MILLRACE_JAVA_OPTS=-Xmx4g";
      default ->
          "unexpected: "
              + oneLine(failure.toString())
              + (verbose ? "" : "; --verbose shows where. Please report it");
    };
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "no message" : message.replaceAll("\\s*\\R\\s*", " ");
  }
}
