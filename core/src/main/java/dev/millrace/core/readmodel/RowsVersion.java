package dev.millrace.core.readmodel;

import java.util.List;

/**
 * The rows of one version of a projection.
 *
 * @param context the bounded context
 * @param processor the projection's name
 * @param version from 1
 * @param place where its tables are, as a schema; empty: where they are without versions
 * @param state whether they answer queries
 * @param tables those that it shows
 */
public record RowsVersion(
    String context, String processor, int version, String place, State state, List<String> tables) {

  /** How rows stand. */
  public enum State {
    /** They answer queries; always one version of a projection. */
    LIVE,
    /** They are made, and become live when they are level. */
    BUILDING,
    /** They were live, and can be so again. */
    KEPT,
    /** They are being removed, or were when the process ended. */
    DROPPING,
    /** They answer queries, and a new version takes their place. */
    IN_PLACE
  }

  public RowsVersion {
    tables = List.copyOf(tables);
  }

  /** The rows of a projection that keeps no versions beside each other. */
  public static RowsVersion inPlace(
      String context, String processor, int version, List<String> tables) {
    return new RowsVersion(context, processor, version, "", State.IN_PLACE, tables);
  }

  /** The same in another state. */
  public RowsVersion in(State other) {
    return new RowsVersion(context, processor, version, place, other, tables);
  }

  /** Whether they answer queries. */
  public boolean isLive() {
    return state == State.LIVE || state == State.IN_PLACE;
  }

  /** Whether they stand beside those of other versions, and are known by a row of their own. */
  public boolean isKept() {
    return state != State.IN_PLACE;
  }

  /** Under what name its checkpoint is kept, and what stands beside it. */
  public String progressName() {
    return place.isEmpty() ? processor : processor + "@" + version;
  }
}
