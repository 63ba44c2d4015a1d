package dev.millrace.testkit.sim;

import java.util.List;

/** What a power failure makes of an unsynced write; the first two also of any other change. */
enum Fate {
  /** Nothing of it is there. */
  LOST,
  /** All of it is there. */
  KEPT,
  /** The file has grown, but shows zeros. */
  ONLY_LENGTH,
  /** It is there up to some byte. */
  TORN,
  /** Some of its sectors are there. */
  SECTORS,
  /** It is there, with one bit flipped. */
  FLIPPED;

  private static final List<Fate> WITHOUT_FLIPS = List.of(LOST, KEPT, ONLY_LENGTH, TORN, SECTORS);
  private static final List<Fate> ALL = List.of(values());

  static Fate ofWrite(Choices choices, boolean flips) {
    List<Fate> fates = flips ? ALL : WITHOUT_FLIPS;
    return fates.get(choices.next(fates.size()));
  }

  static boolean kept(Choices choices) {
    return choices.next(2) == 1;
  }
}
