package dev.millrace.postgresql.internal;

import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.Tenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Snapshots in a table, one row a key. */
final class PostgresqlSnapshots implements SnapshotStore {
  private final Database database;
  private final Tables tables;
  private final Scheduler scheduler;
  private final StoreIdentity identity;

  PostgresqlSnapshots(
      Database database, Tables tables, Scheduler scheduler, StoreIdentity identity) {
    this.database = database;
    this.tables = tables;
    this.scheduler = scheduler;
    this.identity = identity;
  }

  @Override
  public Optional<Snapshot> find(SnapshotKey key) {
    return database.use("a snapshot cannot be read", connection -> find(connection, key));
  }

  private Optional<Snapshot> find(Connection connection, SnapshotKey key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(tables.findSnapshot())) {
      statement.setBytes(1, Hashes.snapshot(key));
      statement.setObject(2, identity.id());
      statement.setLong(3, identity.epoch());
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new Snapshot(key, identity, row.getLong(1), Bytes.wrap(row.getBytes(2))))
            : Optional.empty();
      }
    }
  }

  /** Gives every snapshot of this history to somebody, one after the other. */
  void each(Consumer<Snapshot> sink) {
    checkNames();
    database
        .use("the snapshots cannot be read", this::all)
        .forEach(key -> find(key).ifPresent(sink));
  }

  /** Of an older version's rows the keys are not known: a state is made again, a place is not. */
  private void checkNames() {
    List<String> nameless =
        database.use(
            "the snapshots cannot be read",
            connection -> {
              List<String> found = new ArrayList<>();
              try (PreparedStatement statement =
                  connection.prepareStatement(tables.namelessCheckpoints())) {
                statement.setObject(1, identity.id());
                statement.setLong(2, identity.epoch());
                try (ResultSet row = statement.executeQuery()) {
                  while (row.next()) {
                    found.add(Text.read(row.getString(2)));
                  }
                }
              }
              return found;
            });
    if (!nameless.isEmpty()) {
      throw new StoreFailedException(
          "how far these reactions are was written by an older version, without what is needed to"
              + " take it along: "
              + String.join(", ", nameless)
              + "; run the application with this version until they have handled an event, or delete"
              + " the rows of those that there are no more from "
              + tables.snapshot()
              + ", then migrate again");
    }
  }

  private List<SnapshotKey> all(Connection connection) throws SQLException {
    List<SnapshotKey> keys = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(tables.eachSnapshot())) {
      statement.setObject(1, identity.id());
      statement.setLong(2, identity.epoch());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(
              new SnapshotKey(
                  Text.read(row.getString(1)),
                  row.getInt(2),
                  Text.read(row.getString(3)),
                  new Tenant(Text.read(row.getString(4))),
                  Text.read(row.getString(5))));
        }
      }
    }
    return keys;
  }

  @Override
  public CompletableFuture<Void> save(Snapshot snapshot) {
    if (!snapshot.store().equals(identity)) { // of another history: nobody here would find it
      return CompletableFuture.completedFuture(null);
    }
    return scheduler
        .call(
            "postgresql snapshot",
            () ->
                database.use(
                    "a snapshot cannot be saved", connection -> save(connection, snapshot)))
        .thenAccept(rows -> {});
  }

  private int save(Connection connection, Snapshot snapshot) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(tables.saveSnapshot())) {
      SnapshotKey key = snapshot.key();
      statement.setBytes(1, Hashes.snapshot(key));
      statement.setObject(2, snapshot.store().id());
      statement.setLong(3, snapshot.store().epoch());
      statement.setLong(4, snapshot.position());
      statement.setBytes(5, snapshot.state().toArray());
      statement.setString(6, Text.write(key.view() + " " + key.version()));
      statement.setString(7, Text.write(key.key()));
      statement.setString(8, Text.write(key.view()));
      statement.setInt(9, key.version());
      statement.setString(10, Text.write(key.fingerprint()));
      statement.setString(11, Text.write(key.tenant().name()));
      return statement.executeUpdate();
    }
  }
}
