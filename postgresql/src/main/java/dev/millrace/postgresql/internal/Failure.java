package dev.millrace.postgresql.internal;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a database's failure means for whoever wanted something. */
enum Failure {
  /** There is no connection, or to a server that takes no writes: try with another one. */
  CONNECTION,
  /** Another transaction stood in the way: try again. */
  AGAIN,
  /** There is no room. */
  FULL,
  /** The statement is refused, and will be again. */
  REFUSED;

  static Failure of(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null) {
      return failure.getCause() instanceof IOException ? CONNECTION : REFUSED;
    }
    return switch (state) {
      case "40001", "40P01", "55P03" -> AGAIN;
      case "53100" -> FULL;
      // read-only, as a standby is; in recovery; idle too long; shut down; too many connections
      case "25006", "55000", "25P03", "25P02", "57P01", "57P02", "57P03", "57P05", "53300" ->
          CONNECTION;
      default -> state.startsWith("08") || state.startsWith("58") ? CONNECTION : REFUSED;
    };
  }

  /** What the server said, without the values of anybody's row. */
  static String words(@Nullable Throwable failure) {
    if (failure instanceof SQLException sql) {
      String message = sql.getMessage();
      int detail = message == null ? -1 : message.indexOf("\n");
      return (message == null ? "no message" : detail < 0 ? message : message.substring(0, detail))
          + " (SQL state "
          + sql.getSQLState()
          + ")";
    }
    return String.valueOf(failure);
  }
}
