package dev.millrace.testkit.sim;

import java.util.SplittableRandom;

/** Decides what a power failure leaves of what was not synced. */
public interface Choices {

  /**
   * A number from 0 to bound - 1; of what may happen to a change, 0 is its loss and 1 its survival.
   */
  int next(int bound);

  /**
   * Into how many pieces something is cut at most, when each piece meets its own fate: few, when
   * all combinations are to be tried.
   */
  int detail();

  /** Drawn from a seed. */
  static Choices seeded(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Choices() {
      @Override
      public int next(int bound) {
        return random.nextInt(bound);
      }

      @Override
      public int detail() {
        return Integer.MAX_VALUE;
      }

      @Override
      public String toString() {
        return "choices of seed " + seed;
      }
    };
  }

  /** The kindest machine: everything that was written is there. */
  static Choices keepAll() {
    return fixed(1, "everything kept");
  }

  /** The machine that does what it must and no more: everything that was not synced is gone. */
  static Choices loseAll() {
    return fixed(0, "everything lost");
  }

  private static Choices fixed(int always, String description) {
    return new Choices() {
      @Override
      public int next(int bound) {
        return Math.min(always, bound - 1);
      }

      @Override
      public int detail() {
        return 1;
      }

      @Override
      public String toString() {
        return description;
      }
    };
  }
}
