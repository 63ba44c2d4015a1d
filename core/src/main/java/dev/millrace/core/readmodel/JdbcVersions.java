package dev.millrace.core.readmodel;

import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.store.StoreMismatchException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Versions of rows in a database: each but the first has a schema of its own, and which one is live
 * is a row. A transaction is told where to look for tables that are named without a schema: in that
 * of a version, or in those that are live, and then where the connection looks by itself.
 *
 * <p>No schema is dropped beside a transaction that was told to look there, else its names would be
 * those of other tables: in PostgreSQL each holds the row of the version until it ends, and H2,
 * which is embedded here, has no other transactions while one drops.
 */
final class JdbcVersions {
  static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS millrace_version (
        context VARCHAR(128) NOT NULL,
        processor VARCHAR(128) NOT NULL,
        version INT NOT NULL,
        place VARCHAR(63) NOT NULL,
        state VARCHAR(16) NOT NULL,
        shown TEXT NOT NULL,
        PRIMARY KEY (context, processor, version))\
      """;

  private static final String ONE = " WHERE context = ? AND processor = ? AND version = ?";

  private JdbcVersions() {}

  /** The versions of a projection, by number. */
  static List<RowsVersion> all(
      JdbcTransaction transaction, String context, String processor, String locking) {
    return transaction.query(
        "SELECT version, place, state, shown FROM millrace_version"
            + " WHERE context = ? AND processor = ? ORDER BY version"
            + locking,
        row ->
            new RowsVersion(
                context,
                processor,
                row.getInt(1),
                row.getString(2),
                State.valueOf(row.getString(3)),
                tables(row.getString(4))),
        context,
        processor);
  }

  private static List<String> tables(String shown) {
    return shown.isEmpty() ? List.of() : List.of(shown.split(",", -1));
  }

  /** The schema first: H2 commits with it, and an empty schema that nobody knows does no harm. */
  static void add(Dialect dialect, JdbcTransaction transaction, RowsVersion version) {
    if (!version.place().isEmpty()) {
      transaction.update(dialect.creating() + quoted(version.place()));
    }
    transaction.update(
        "INSERT INTO millrace_version (place, state, shown, context, processor, version)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        version.place(),
        version.state().name(),
        String.join(",", version.tables()),
        version.context(),
        version.processor(),
        version.version());
  }

  static void setState(JdbcTransaction transaction, RowsVersion version, State state) {
    transaction.update(
        "UPDATE millrace_version SET state = ?" + ONE,
        state.name(),
        version.context(),
        version.processor(),
        version.version());
  }

  static void show(JdbcTransaction transaction, RowsVersion version, List<String> tables) {
    transaction.update(
        "UPDATE millrace_version SET shown = ?" + ONE,
        String.join(",", tables),
        version.context(),
        version.processor(),
        version.version());
  }

  /**
   * In H2 the first step is durable with the second, which commits: what was begun is then found,
   * and is done again to its end.
   */
  static void drop(JdbcTransaction transaction, RowsVersion version) {
    var mine = // who was told to look there has ended then, and who comes later finds it gone
        transaction.query(
            "SELECT version FROM millrace_version" + ONE + " FOR UPDATE",
            row -> row.getInt(1),
            version.context(),
            version.processor(),
            version.version());
    if (mine.isEmpty()) {
      return;
    }
    setState(transaction, version, State.DROPPING);
    if (!version.place().isEmpty()) {
      transaction.update("DROP SCHEMA IF EXISTS " + quoted(version.place()) + " CASCADE");
    }
    for (String progress :
        List.of("millrace_slot", "millrace_blocked_key", "millrace_checkpoint")) {
      transaction.update(
          "DELETE FROM " + progress + " WHERE context = ? AND processor = ?",
          version.context(),
          version.progressName());
    }
    forget(transaction, version);
  }

  /** The row alone: nothing is told apart from rows in place any more. */
  static void forget(JdbcTransaction transaction, RowsVersion version) {
    transaction.update(
        "DELETE FROM millrace_version" + ONE,
        version.context(),
        version.processor(),
        version.version());
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String path(List<String> places, String base) {
    List<String> path = new ArrayList<>(places.stream().map(JdbcVersions::quoted).toList());
    if (!base.isEmpty()) {
      path.add(base);
    }
    return String.join(", ", path);
  }

  private static StoreMismatchException isNotKept(RowsVersion version, String why) {
    return new StoreMismatchException(
        "rows of version "
            + version.version()
            + " of projection '"
            + version.processor()
            + "' of context '"
            + version.context()
            + "' "
            + why
            + "; resume the processor to have it look what there is now");
  }

  /** How a kind of database is told where to look for tables. */
  enum Dialect {
    /** Embedded: for the connection, until it is told otherwise. */
    H2 {
      @Override
      String base(JdbcTransaction transaction) throws SQLException {
        return quoted(transaction.plainConnection().getSchema());
      }

      @Override
      void lookIn(JdbcTransaction transaction, RowsVersion version) throws SQLException {
        List<Integer> found =
            transaction.query(
                "SELECT version FROM millrace_version" + ONE + " AND place = ? AND state <> ?",
                row -> row.getInt(1),
                version.context(),
                version.processor(),
                version.version(),
                version.place(),
                State.DROPPING.name());
        if (found.isEmpty()) {
          throw isNotKept(version, "are not kept any more");
        }
        look(transaction, version.place().isEmpty() ? List.of() : List.of(version.place()));
      }

      @Override
      void look(JdbcTransaction transaction, List<String> places) throws SQLException {
        if (!transaction.looksAt(places)) {
          String base = transaction.base(this);
          transaction.turns();
          transaction.update("SET SCHEMA " + (places.isEmpty() ? base : quoted(places.get(0))));
          transaction.update("SET SCHEMA_SEARCH_PATH " + path(places, base));
          transaction.looked(places);
        }
      }
    },
    /** For the transaction: a pooler may give the next one to somebody else. */
    POSTGRESQL {
      @Override
      String base(JdbcTransaction transaction) {
        return transaction.query("SHOW search_path", row -> row.getString(1)).get(0);
      }

      @Override
      void lookIn(JdbcTransaction transaction, RowsVersion version) throws SQLException {
        boolean hasSchema = !version.place().isEmpty();
        String base = hasSchema ? transaction.base(this) : "";
        List<Boolean> found =
            hasSchema
                ? transaction.query(
                    "SELECT to_regnamespace(?) IS NOT NULL, set_config('search_path', ?, true)"
                        + " FROM millrace_version"
                        + ONE
                        + " AND place = ? AND state <> ? FOR KEY SHARE",
                    row -> row.getBoolean(1),
                    quoted(version.place()),
                    path(List.of(version.place()), base),
                    version.context(),
                    version.processor(),
                    version.version(),
                    version.place(),
                    State.DROPPING.name())
                : transaction.query(
                    "SELECT TRUE FROM millrace_version"
                        + ONE
                        + " AND place = '' AND state <> ? FOR KEY SHARE",
                    row -> row.getBoolean(1),
                    version.context(),
                    version.processor(),
                    version.version(),
                    State.DROPPING.name());
        if (found.isEmpty()) {
          throw isNotKept(version, "are not kept any more");
        }
        if (!found.get(0)) {
          throw isNotKept(version, "are gone: there is no schema " + quoted(version.place()));
        }
        transaction.looked(hasSchema ? List.of(version.place()) : List.of());
      }

      @Override
      void look(JdbcTransaction transaction, List<String> places) throws SQLException {
        if (!places.isEmpty() || transaction.looksElsewhere()) {
          var unused =
              transaction.query(
                  "SELECT set_config('search_path', ?, true)",
                  row -> row.getString(1),
                  path(places, transaction.base(this)));
        }
        transaction.looked(places);
      }
    },
    /** Cannot be told. */
    OTHER {
      @Override
      String base(JdbcTransaction transaction) {
        return "";
      }

      @Override
      void lookIn(JdbcTransaction transaction, RowsVersion version) {
        throw new UnsupportedOperationException("this database cannot keep versions of rows");
      }

      @Override
      void look(JdbcTransaction transaction, List<String> places) {}
    };

    static Dialect of(JdbcTransaction transaction) throws SQLException {
      String product = transaction.plainConnection().getMetaData().getDatabaseProductName();
      if (product.equals("PostgreSQL")) {
        return POSTGRESQL;
      }
      boolean isEmbedded = !JdbcFences.isShared(transaction.plainConnection());
      return product.equals("H2") && isEmbedded ? H2 : OTHER;
    }

    /** Where a transaction looks for tables: in a version's, or, for null, in those that answer. */
    void look(JdbcTransaction transaction, @Nullable RowsVersion version) throws SQLException {
      if (this == OTHER) {
        if (version != null && version.isKept() && !version.place().isEmpty()) {
          lookIn(transaction, version); // else its rows would be looked for among those of another
        }
        return;
      }
      transaction.begin();
      if (version == null) {
        look(transaction, live(transaction));
        transaction.answers(this);
      } else if (version.isKept()) {
        lookIn(transaction, version);
      } else {
        look(transaction, List.of());
      }
    }

    /** After what failed: PostgreSQL has given the transaction up with it. */
    void lookAgain(JdbcTransaction transaction, List<String> places, SQLException failure) {
      try {
        if (this == H2) {
          look(transaction, places);
        }
      } catch (SQLException | ReadModelException again) {
        failure.addSuppressed(again);
      }
    }

    private List<String> live(JdbcTransaction transaction) {
      return transaction.query(
          "SELECT place FROM millrace_version WHERE state = 'LIVE' AND place <> ''"
              + " ORDER BY context, processor"
              + (this == POSTGRESQL ? " FOR KEY SHARE" : ""),
          row -> row.getString(1));
    }

    /** One that is there in PostgreSQL is somebody else's: of a read model beside this one. */
    String creating() {
      return this == POSTGRESQL ? "CREATE SCHEMA " : "CREATE SCHEMA IF NOT EXISTS ";
    }

    /** So that nobody else changes which version is live; who reads or handles goes on. */
    String locking() {
      return this == POSTGRESQL ? " FOR NO KEY UPDATE" : " FOR UPDATE";
    }

    /** Where the connection looks by itself. */
    abstract String base(JdbcTransaction transaction) throws SQLException;

    /** Has names be those of a version, which stays until the transaction ends. */
    abstract void lookIn(JdbcTransaction transaction, RowsVersion version) throws SQLException;

    /** Has names be those of schemas, the first first, and then where it looks by itself. */
    abstract void look(JdbcTransaction transaction, List<String> places) throws SQLException;
  }
}
