package dev.millrace.testkit.sim;

/**
 * Something that a simulation does, for {@link Determinism}: a public class with a public
 * constructor without arguments, since it runs in a JVM of its own.
 */
@FunctionalInterface
public interface Scenario {
  /** Does it, noting what matters in {@link Simulation#trace()} beside what the scheduler notes. */
  void run(Simulation simulation) throws Exception;
}
