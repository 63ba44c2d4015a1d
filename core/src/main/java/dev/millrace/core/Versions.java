package dev.millrace.core;

import java.util.List;

/**
 * The versions of a projection's rows, and what operators can do with them. A version that is new
 * becomes live by itself when it is level and has no dead letters; the one before is kept. Safe for
 * use from many threads; blocks on the database.
 */
public interface Versions {
  /** All that are kept, ascending. */
  List<VersionStatus> list();

  /**
   * Makes a version answer queries from now on, in one transaction. The one before is kept.
   *
   * @throws IllegalArgumentException when there is no such version, or it is behind the one that is
   *     live: let a program that has it bring it level first
   */
  void makeLive(int version);

  /**
   * Makes the version live that is kept and the newest among those before the live one. Rows that
   * were new are then kept, and do not become live by themselves again.
   *
   * @return which it is
   * @throws IllegalArgumentException as {@link #makeLive} does, or when there is none
   */
  int rollback();

  /**
   * Removes a version with its rows. A version that is in the program is made again when it is
   * started the next time, if it is newer than the live one.
   *
   * @throws IllegalArgumentException when there is no such version, or it is live
   */
  void drop(int version);
}
