package dev.millrace.testkit.sim;

import dev.millrace.core.seam.Seams;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Clock, chance, scheduler and disk, all driven from one seed.
 *
 * <pre>{@code
 * Simulation simulation = Simulation.of(42);
 * EventStore store = open(simulation.disk(), simulation.seams());
 * AppendResult result = simulation.await(store.append(append));
 * }</pre>
 */
public final class Simulation {
  private final long seed;
  private final Trace trace = new Trace();
  private final SimScheduler scheduler;
  private final Seams seams;
  private final SimDisk disk;

  private Simulation(long seed, DiskMaker diskMaker) {
    this.seed = seed;
    // a stream for each, so that one draw more in one part does not change the others
    SplittableRandom root = new SplittableRandom(seed);
    this.scheduler = new SimScheduler(seed, root.split(), trace);
    this.seams = new Seams(scheduler.clock(), root.split(), scheduler);
    this.disk =
        diskMaker.make(
            DiskSettings.PLAIN.seed(root.nextLong()).submission(Submission.scheduled(scheduler)));
  }

  private interface DiskMaker {
    SimDisk make(DiskSettings settings);
  }

  /** With an empty disk on which all goes well. */
  public static Simulation of(long seed) {
    return of(seed, settings -> settings);
  }

  /** With an empty disk whose settings are changed, for example by faults. */
  public static Simulation of(long seed, UnaryOperator<DiskSettings> settings) {
    return new Simulation(seed, plain -> SimDisk.empty(settings.apply(plain)));
  }

  /** What the same machine finds when the power is back; this simulation is over. */
  public Simulation afterPowerLoss(long newSeed, Choices choices) {
    return new Simulation(newSeed, plain -> disk.afterPowerLoss(choices, plain));
  }

  /** The same, on a disk whose settings are changed, for example by faults. */
  public Simulation afterPowerLoss(
      long newSeed, Choices choices, UnaryOperator<DiskSettings> settings) {
    return new Simulation(newSeed, plain -> disk.afterPowerLoss(choices, settings.apply(plain)));
  }

  /** The next process after this one was killed; this simulation is over. */
  public Simulation afterKill(long newSeed) {
    return new Simulation(newSeed, disk::afterKill);
  }

  /** The same, on a disk whose settings are changed, for example by faults. */
  public Simulation afterKill(long newSeed, UnaryOperator<DiskSettings> settings) {
    return new Simulation(newSeed, plain -> disk.afterKill(settings.apply(plain)));
  }

  /** Clock, chance and scheduler for what is tested. */
  public Seams seams() {
    return seams;
  }

  /** The disk for what is tested. */
  public SimDisk disk() {
    return disk;
  }

  /** Drives everything. */
  public SimScheduler scheduler() {
    return scheduler;
  }

  /** What was done so far. */
  public Trace trace() {
    return trace;
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /** Runs until a future is complete, and returns its value or throws what it failed with. */
  public <T> T await(CompletableFuture<T> future) {
    return scheduler.await(future);
  }

  /** Equal in every run of one seed, in any JVM. */
  public long traceHash() {
    return trace.hash();
  }
}
