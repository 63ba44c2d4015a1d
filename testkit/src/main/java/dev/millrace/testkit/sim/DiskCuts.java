package dev.millrace.testkit.sim;

import dev.millrace.core.store.MillraceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a workload at every call of its disk, in every way, and looks at what is found afterwards.
 *
 * <p>A first run counts the calls. Then, for each call and each {@link Fault} that can happen
 * there, the workload runs again from the same seed until the fault strikes. What comes next is a
 * power failure, whose possible images of the disk are all tried when they are few and sampled when
 * they are many; when the fault was not itself a crash, also a kill of the process. For each, the
 * checker compares what it finds with what the workload noted in its evidence: answers that it got,
 * things that it saw. Some of these restarts are themselves cut, at a call of the recovery.
 *
 * @param <T> the evidence; the workload writes it, the checker only reads
 */
public final class DiskCuts<T> {
  /** Most images of one power failure that are checked. */
  public static final int DEFAULT_MAX_IMAGES = 24;

  private final Supplier<T> evidence;
  private final Workload<T> workload;
  private final Checker<T> checker;
  private final int maxImages;
  private final boolean flips;
  private int checks;

  /** What is done. */
  @FunctionalInterface
  public interface Workload<T> {
    /**
     * Does it, noting each answer as soon as it comes; what it throws after the fault has struck
     * does not matter when an {@link IOException} or a {@link MillraceException} is its cause.
     */
    void run(Simulation simulation, T evidence) throws Exception;
  }

  /** What must be found afterwards. */
  @FunctionalInterface
  public interface Checker<T> {
    /** Fails with an {@link AssertionError} when what is found is not what was promised. */
    void check(Simulation restarted, T evidence, Cut cut) throws Exception;
  }

  /** A run of the workload, ended. */
  private record Run<T>(Simulation simulation, T evidence) {}

  private DiskCuts(
      Supplier<T> evidence,
      Workload<T> workload,
      Checker<T> checker,
      int maxImages,
      boolean flips) {
    this.evidence = evidence;
    this.workload = workload;
    this.checker = checker;
    this.maxImages = maxImages;
    this.flips = flips;
  }

  /** Cuts a workload whose evidence begins as given. */
  public static <T> DiskCuts<T> of(Supplier<T> evidence, Workload<T> workload, Checker<T> checker) {
    return new DiskCuts<>(evidence, workload, checker, DEFAULT_MAX_IMAGES, false);
  }

  /** The same with another bound on the images of one power failure. */
  public DiskCuts<T> maxImages(int maxImages) {
    return new DiskCuts<>(evidence, workload, checker, maxImages, flips);
  }

  /**
   * The same, where a power failure may also flip a bit of a write that was not synced; but not one
   * that cuts a recovery short, which may write again what was durable.
   */
  public DiskCuts<T> withFlips() {
    return new DiskCuts<>(evidence, workload, checker, maxImages, true);
  }

  private DiskSettings settings(DiskSettings plain) {
    return flips ? plain.withFlips() : plain;
  }

  /**
   * Runs all of it.
   *
   * @param seed of the order of events in each run, and of what is sampled
   * @return how many restarts were checked
   * @throws AssertionError naming the cut, when a checker fails
   */
  public int forEachCut(long seed) {
    List<DiskCall> calls = new ArrayList<>();
    Run<T> clean = run(seed, null, recording(calls));
    checkRestarts(clean, seed, null, Fault.NONE);
    for (DiskCall call : calls) {
      for (Fault fault : Fault.values()) {
        if (fault != Fault.NONE && fault.appliesTo(call.kind())) {
          Run<T> cut = run(seed, call, FaultPlan.at(call.number(), fault));
          checkRestarts(cut, seed, call, fault);
        }
      }
    }
    return checks;
  }

  private static FaultPlan recording(List<DiskCall> calls) {
    return call -> {
      calls.add(call);
      return Fault.NONE;
    };
  }

  private Run<T> run(long seed, @Nullable DiskCall call, FaultPlan plan) {
    Simulation simulation = Simulation.of(seed, settings -> settings.faults(plan));
    T noted = evidence.get();
    try {
      workload.run(simulation, noted);
    } catch (Exception | AssertionError failure) {
      if (call == null || !isCausedByDisk(failure, simulation)) {
        throw new AssertionError("the workload failed " + describe(call, plan, seed), failure);
      }
    }
    return new Run<>(simulation, noted);
  }

  private static String describe(@Nullable DiskCall call, FaultPlan plan, long seed) {
    String fault = call == null ? "without a fault" : "with " + plan.at(call) + " at " + call;
    return fault + " (seed " + seed + ")";
  }

  /** On a machine that is off, waiting in vain is no fault either. */
  private static boolean isCausedByDisk(Throwable failure, Simulation simulation) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof IOException || t instanceof MillraceException) {
        return true;
      }
    }
    return failure instanceof SimulationException && simulation.disk().isOff();
  }

  private void checkRestarts(Run<T> run, long seed, @Nullable DiskCall call, Fault fault) {
    if (fault != Fault.CRASH) {
      check(run, run.simulation().afterKill(seed), new Cut(seed, call, fault, "a kill"));
    }
    for (Choices choices : images(run.simulation(), seed)) {
      String restart = "a power failure with " + choices;
      Simulation restarted = run.simulation().afterPowerLoss(seed, choices, this::settings);
      check(run, restarted, new Cut(seed, call, fault, restart));
    }
    checkCutRecovery(run, seed, call, fault);
  }

  /** All combinations when they are few, else the two extremes and some that are drawn. */
  private List<Choices> images(Simulation simulation, long seed) {
    List<Choices> all = new ArrayList<>();
    Odometer odometer = new Odometer();
    boolean more = true;
    while (more && all.size() <= maxImages) {
      simulation.disk().afterPowerLoss(odometer, settings(DiskSettings.PLAIN));
      all.add(odometer.fixed());
      more = odometer.advance();
    }
    if (!more) {
      return all;
    }
    List<Choices> some = new ArrayList<>(List.of(Choices.loseAll(), Choices.keepAll()));
    for (int i = some.size(); i < maxImages; i++) {
      some.add(Choices.seeded(seed * 31 + i));
    }
    return some;
  }

  /** The power fails again while the store recovers from the first failure. */
  private void checkCutRecovery(Run<T> run, long seed, @Nullable DiskCall call, Fault fault) {
    SplittableRandom random = new SplittableRandom(seed ^ (call == null ? 0 : call.number()));
    long imageSeed = random.nextLong();
    List<DiskCall> calls = new ArrayList<>();
    Simulation whole =
        run.simulation()
            .afterPowerLoss(
                seed, Choices.seeded(imageSeed), plain -> settings(plain).faults(recording(calls)));
    check(run, whole, new Cut(seed, call, fault, "a power failure of seed " + imageSeed));
    List<DiskCall> changing = calls.stream().filter(c -> c.kind().changing()).toList();
    if (changing.isEmpty()) {
      return;
    }
    DiskCall second = changing.get(random.nextInt(changing.size()));
    Simulation cut =
        run.simulation()
            .afterPowerLoss(
                seed,
                Choices.seeded(imageSeed),
                plain -> settings(plain).faults(FaultPlan.at(second.number(), Fault.CRASH)));
    String restart = "a power failure of seed " + imageSeed + ", another at " + second;
    try {
      checker.check(cut, run.evidence(), new Cut(seed, call, fault, restart));
    } catch (Exception | AssertionError expected) {
      // what it was doing was cut short; what counts is what the next restart finds
      if (!cut.disk().isOff()) {
        throw new AssertionError("after " + restart, expected);
      }
    }
    for (int i = 0; i < 3; i++) {
      long secondSeed = random.nextLong();
      Simulation last = cut.afterPowerLoss(seed, Choices.seeded(secondSeed));
      check(run, last, new Cut(seed, call, fault, restart + " of seed " + secondSeed));
    }
  }

  private void check(Run<T> run, Simulation restarted, Cut cut) {
    checks++;
    try {
      checker.check(restarted, run.evidence(), cut);
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("after " + cut + ": " + failure.getMessage(), failure);
    }
  }
}
