package dev.millrace.core;

import java.util.Collections;
import java.util.SortedMap;

/**
 * What a processor may work on, and what it works on. {@link #grant} is asked before each piece of
 * work; when the answer is another than what is in use, the processor lets go of that first. Safe
 * for use from many threads.
 */
interface Holding {
  /** What it may work on at this moment. */
  Grant grant();

  /** The same, and it works on that from now on: no share of it is given back before the end. */
  Grant begin();

  /** It works on nothing. */
  void end();

  /**
   * Whether it is known what this process gets; before, what was not granted may be in a moment.
   */
  boolean isSettled();

  /** How many shares each process has, when that was last looked at. */
  SortedMap<String, Integer> holders();

  /** The target has seen a later holder of a share: what was granted is worth nothing. */
  void fenced(FencedException by);

  /** The processors of a store that belongs to one process. */
  Holding ALWAYS =
      new Holding() {
        @Override
        public Grant grant() {
          return Grant.EVERYTHING;
        }

        @Override
        public Grant begin() {
          return Grant.EVERYTHING;
        }

        @Override
        public void end() {}

        @Override
        public boolean isSettled() {
          return true;
        }

        @Override
        public SortedMap<String, Integer> holders() {
          return Collections.emptySortedMap();
        }

        @Override
        public void fenced(FencedException by) {
          throw new IllegalStateException("nobody fences what is held always", by);
        }
      };
}
