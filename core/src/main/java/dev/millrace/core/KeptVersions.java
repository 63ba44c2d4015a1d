package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.Fences;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import java.util.List;
import java.util.Optional;

/**
 * What a read model keeps of the versions of a projection. Each method is a part of a transaction,
 * and depends on nothing that was known before it.
 *
 * @param <T> the transaction
 */
final class KeptVersions<T> {
  private final String context;
  private final Projection<T> newest;
  private final StoreIdentity store;
  private final ReadModel<T> readModel;

  /**
   * Makes it.
   *
   * @param newest the newest version that is in the program
   */
  KeptVersions(String context, Projection<T> newest, StoreIdentity store) {
    this.context = context;
    this.newest = newest;
    this.store = store;
    this.readModel = newest.readModel();
  }

  private String name() {
    return newest.name();
  }

  /** What becomes of an attempt to have rows answer. */
  sealed interface Switch {
    /** They do. */
    record Done() implements Switch {}

    /** Those that answer now have events up to a position that these do not have. */
    record Behind(int than, long position) implements Switch {}

    /** It cannot be. */
    record Refused(String why) implements Switch {}
  }

  /** The rows of a version of the program: those that are there, or a place for new ones. */
  RowsVersion open(Projection<T> projection, T transaction) throws Exception {
    int version = projection.version();
    boolean beside = newest.standsBeside();
    if (!beside && version < newest.version()) {
      throw isNotKept(version);
    }
    List<RowsVersion> kept = readModel.versionsForUpdate(transaction, context, name());
    if (!beside && kept.size() == 1 && kept.get(0).place().isEmpty()) {
      readModel.forgetVersion(transaction, kept.get(0)); // they stand beside no others
      kept = List.of();
    }
    Optional<Checkpoint> plain = readModel.checkpoint(transaction, context, name());
    RowsVersion inPlace = RowsVersion.inPlace(context, name(), version, projection.shown());
    if (kept.isEmpty() && !beside) {
      return inPlace;
    }
    if (kept.isEmpty()) {
      if (plain.isEmpty() && version < newest.version()) {
        throw isNotKept(version);
      }
      if (plain.isEmpty() || plain.get().version() == version) {
        return added(transaction, inPlace.in(State.LIVE));
      }
      RowsVersion ofBefore =
          new RowsVersion(context, name(), plain.get().version(), "", State.LIVE, newest.shown());
      kept = List.of(added(transaction, ofBefore));
    }
    for (RowsVersion one : kept) {
      if (one.version() == version) {
        return found(one, projection, transaction);
      }
    }
    RowsVersion live = live(kept);
    if (version < newest.version()) {
      throw isNotKept(version);
    }
    if (version < live.version()) {
      throw isTooOld(version, live);
    }
    if (!beside) {
      throw standBeside(kept);
    }
    return added(
        transaction,
        new RowsVersion(
            context,
            name(),
            version,
            SchemaNames.of(context, name(), version),
            State.BUILDING,
            projection.shown()));
  }

  private RowsVersion found(RowsVersion one, Projection<T> projection, T transaction)
      throws Exception {
    if (one.state() == State.DROPPING) {
      throw isNotKept(one.version());
    }
    if (!one.tables().equals(projection.shown())) {
      readModel.show(transaction, one, projection.shown());
    }
    return new RowsVersion(
        context, name(), one.version(), one.place(), one.state(), projection.shown());
  }

  private RowsVersion added(T transaction, RowsVersion rows) throws Exception {
    readModel.addVersion(transaction, rows);
    return rows;
  }

  private RowsNotKeptException isNotKept(int version) {
    return new RowsNotKeptException(
        "rows of version " + version + " of projection '" + name() + "' are not kept any more");
  }

  private String who() {
    return "projection '" + name() + "' of context '" + context + "'";
  }

  private StoreMismatchException isTooOld(int version, RowsVersion live) {
    return new StoreMismatchException(
        who()
            + ": its rows were made by version "
            + live.version()
            + ", but this program has version "
            + version
            + ", whose rows are not kept. Run the newer program, or give the projection a higher"
            + " version");
  }

  private StoreMismatchException standBeside(List<RowsVersion> kept) {
    return new StoreMismatchException(
        who()
            + " is to be filled in place, but keeps versions beside each other: "
            + kept.stream().map(RowsVersion::version).toList()
            + ". Let its versions go on standing beside each other, or give it another name");
  }

  private static RowsVersion live(List<RowsVersion> kept) {
    return kept.stream()
        .filter(RowsVersion::isLive)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no version of rows is live: " + kept));
  }

  /** The rows that answer. */
  RowsVersion live(T transaction) throws Exception {
    List<RowsVersion> kept = all(transaction);
    return kept.isEmpty()
        ? RowsVersion.inPlace(context, name(), newest.version(), newest.shown())
        : live(kept);
  }

  List<RowsVersion> all(T transaction) throws Exception {
    return readModel.versions(transaction, context, name());
  }

  Optional<RowsVersion> find(T transaction, int version) throws Exception {
    return in(all(transaction), version);
  }

  private static Optional<RowsVersion> in(List<RowsVersion> kept, int version) {
    return kept.stream().filter(one -> one.version() == version).findFirst();
  }

  Optional<Checkpoint> checkpoint(T transaction, RowsVersion rows) throws Exception {
    return readModel.checkpoint(transaction, context, rows.progressName());
  }

  /** How far rows are, or 0, if they are of another version or store. */
  long position(T transaction, RowsVersion rows) throws Exception {
    return checkpoint(transaction, rows)
        .filter(found -> isOurs(found, rows))
        .map(Checkpoint::position)
        .orElse(0L);
  }

  private boolean isOurs(Checkpoint found, RowsVersion rows) {
    return found.store().equals(store) && found.version() == rows.version();
  }

  /**
   * Has rows answer that are new, and are level.
   *
   * @param examined every event up to it is in them
   */
  Switch becomeLive(T transaction, RowsVersion rows, long examined) throws Exception {
    List<RowsVersion> kept = readModel.versionsForUpdate(transaction, context, name());
    Optional<RowsVersion> mine = in(kept, rows.version());
    if (mine.isEmpty() || mine.get().state() != State.BUILDING) {
      return new Switch.Refused("they are not new any more");
    }
    if (!readModel.blocked(transaction, context, rows.progressName()).isEmpty()) {
      return new Switch.Refused("they have dead letters");
    }
    return turn(transaction, live(kept), mine.get(), (in, of, target) -> examined);
  }

  /**
   * Has rows answer because somebody wants it.
   *
   * @param reach of the processor that keeps them
   * @throws IllegalArgumentException when there is no such version
   */
  Switch makeLive(T transaction, int version, Reach<T> reach) throws Exception {
    List<RowsVersion> kept = readModel.versionsForUpdate(transaction, context, name());
    RowsVersion wanted = mustBeKept(kept, version);
    return wanted.isLive() ? new Switch.Done() : turn(transaction, live(kept), wanted, reach);
  }

  /**
   * How far rows are that a processor of this program keeps, in whichever process.
   *
   * @param <T> the transaction
   */
  interface Reach<T> {
    /**
     * How far they are on the way to a position.
     *
     * @param transaction in which nobody can reset them
     */
    long reached(T transaction, RowsVersion rows, long target) throws Exception;
  }

  private RowsVersion mustBeKept(List<RowsVersion> kept, int version) {
    return in(kept, version)
        .filter(one -> one.state() != State.DROPPING)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "projection '" + name() + "' has no rows of version " + version));
  }

  /** In one transaction, in which those that answer stand still. */
  private Switch turn(T transaction, RowsVersion live, RowsVersion next, Reach<T> reach)
      throws Exception {
    Optional<Checkpoint> standing =
        readModel.checkpointForUpdate(transaction, context, live.progressName());
    Optional<Checkpoint> own = // nor are these reset meanwhile
        readModel.checkpointForUpdate(transaction, context, next.progressName());
    if (own.isEmpty() || !isOurs(own.get(), next)) {
      return new Switch.Refused(
          own.map(of -> "their checkpoint is " + of + ", of another version or history")
              .orElse("they have no checkpoint"));
    }
    if (standing.isPresent() && standing.get().store().equals(store)) {
      long furthest = standing.get().position();
      for (SlotCheckpoint slot : readModel.slotsForUpdate(transaction, standing.get()).slots()) {
        furthest = Math.max(furthest, slot.furthest());
      }
      if (furthest > own.get().position()
          && furthest > reach.reached(transaction, next, furthest)) {
        return new Switch.Behind(live.version(), furthest);
      }
    }
    readModel.setState(transaction, live, State.KEPT);
    readModel.setState(transaction, next, State.LIVE);
    return new Switch.Done();
  }

  /** The newest version before the one that answers. */
  int beforeLive(T transaction) throws Exception {
    int now = live(transaction).version();
    return all(transaction).stream()
        .filter(one -> one.version() < now && one.state() == State.KEPT)
        .mapToInt(RowsVersion::version)
        .max()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "projection '" + name() + "' keeps no version before " + now));
  }

  /** Whether the dropping of a version has begun, and did not end. */
  Optional<RowsVersion> halfDropped(T transaction) throws Exception {
    return all(transaction).stream().filter(one -> one.state() == State.DROPPING).findFirst();
  }

  /**
   * Removes a version.
   *
   * @throws IllegalArgumentException when it answers, or there is none
   */
  void drop(T transaction, int version) throws Exception {
    List<RowsVersion> kept = readModel.versionsForUpdate(transaction, context, name());
    RowsVersion gone =
        in(kept, version)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "projection '" + name() + "' has no rows of version " + version));
    if (gone.isLive()) {
      throw new IllegalArgumentException(
          "version "
              + version
              + " of projection '"
              + name()
              + "' answers queries; make another one live first");
    }
    Optional<Fences<T>> fences = readModel.fences();
    if (fences.isPresent()) {
      fences.get().remove(transaction, context, leaseName(version));
    }
    readModel.dropVersion(transaction, gone);
  }

  /** Versions in place have one name, so that the newest is at work; others have their own. */
  String leaseName(int version) {
    return newest.standsBeside() ? leaseName(name(), version) : name();
  }

  static String leaseName(String projection, int version) {
    return projection + "@" + version;
  }
}
