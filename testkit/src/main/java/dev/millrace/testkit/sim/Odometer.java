package dev.millrace.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/** Tries all combinations of choices, one a run, as an odometer counts. */
final class Odometer implements Choices {
  private final List<Wheel> wheels = new ArrayList<>();
  private int position;

  private record Wheel(int value, int bound) {}

  @Override
  public int next(int bound) {
    if (position == wheels.size()) {
      wheels.add(new Wheel(0, bound));
    }
    Wheel wheel = wheels.get(position++);
    if (wheel.bound() != bound) {
      throw new IllegalStateException(
          "choice " + position + " had " + wheel.bound() + " possibilities, now " + bound);
    }
    return wheel.value();
  }

  @Override
  public int detail() {
    return 3;
  }

  /** Turns to the next combination; false when all have been tried. */
  boolean advance() {
    position = 0;
    while (!wheels.isEmpty()) {
      Wheel last = wheels.remove(wheels.size() - 1);
      if (last.value() + 1 < last.bound()) {
        wheels.add(new Wheel(last.value() + 1, last.bound()));
        return true;
      }
    }
    return false;
  }

  /** The combination of now, as choices that can be kept. */
  Choices fixed() {
    List<Wheel> copy = List.copyOf(wheels);
    int[] at = {0};
    return new Choices() {
      @Override
      public int next(int bound) {
        return copy.get(at[0]++).value();
      }

      @Override
      public int detail() {
        return Odometer.this.detail();
      }

      @Override
      public String toString() {
        return "choices "
            + copy.stream().map(wheel -> wheel.value() + "/" + wheel.bound()).toList();
      }
    };
  }
}
