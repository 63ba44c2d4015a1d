package dev.millrace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.function.Predicate;

/**
 * Time, chance, threads, disk and network come through constructor arguments, so that a simulator
 * can hold all of them. Real ones are made in packages named {@code wiring}.
 */
final class SeamRules {

  private static final String CONSTRUCTOR = "<init>";

  /** Calls and method references that are banned, with what to use instead. */
  private static final List<Ban> BANS =
      List.of(
          new Ban("the clock of the seams", SeamRules::readsTheSystemClock),
          new Ban("the random source of the seams", SeamRules::drawsChance),
          new Ban("the scheduler of the seams", SeamRules::startsOrStopsThreads),
          new Ban("the disk of the seams", SeamRules::touchesFiles),
          new Ban("a port, made in the wiring", SeamRules::opensConnections));

  private record Ban(String instead, Predicate<CodeUnitAccessTarget> banned) {}

  private SeamRules() {}

  /** No class of the module outside its wiring calls what is banned. */
  static ArchRule seams(String root, String module) {
    return classes()
        .that()
        .resideInAPackage(root + "." + module + "..")
        .and()
        .resideOutsideOfPackage(root + "." + module + "..wiring..")
        .should(goThroughTheSeams())
        .because("a simulator must hold time, chance, threads and disk")
        .allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> goThroughTheSeams() {
    return new ArchCondition<>("go through the seams") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getAccessesFromSelf().stream()
            .filter(access -> access.getTarget() instanceof CodeUnitAccessTarget)
            .forEach(access ->
                BANS.stream()
                    .filter(ban -> ban.banned().test((CodeUnitAccessTarget) access.getTarget()))
                    .map(ban -> access.getDescription() + ": use " + ban.instead())
                    .forEach(text -> events.add(SimpleConditionEvent.violated(access, text))));
      }
    };
  }

  private static boolean readsTheSystemClock(CodeUnitAccessTarget target) {
    boolean nowWithoutClock =
        target.getOwner().getPackageName().startsWith("java.time")
            && target.getName().equals("now")
            && target.getRawParameterTypes().stream()
                .noneMatch(type -> type.isAssignableTo("java.time.Clock"));
    return nowWithoutClock
        || calls(
            target,
            "java.time.Clock",
            "system",
            "systemUTC",
            "systemDefaultZone",
            "tickMillis",
            "tickSeconds",
            "tickMinutes")
        || calls(target, "java.time.InstantSource", "system")
        || calls(target, "java.lang.System", "currentTimeMillis", "nanoTime")
        || (calls(target, "java.util.Date", CONSTRUCTOR) && target.getRawParameterTypes().isEmpty())
        || calls(target, "java.util.Calendar", "getInstance");
  }

  private static boolean drawsChance(CodeUnitAccessTarget target) {
    boolean makesGenerator =
        target.getName().equals(CONSTRUCTOR)
            && target.getOwner().isAssignableTo("java.util.random.RandomGenerator");
    return makesGenerator
        || calls(target, "java.util.concurrent.ThreadLocalRandom", "current")
        || calls(target, "java.util.random.RandomGenerator", "of", "getDefault")
        || calls(target, "java.util.random.RandomGeneratorFactory", "create")
        || calls(target, "java.lang.Math", "random")
        || calls(target, "java.lang.StrictMath", "random")
        || calls(target, "java.util.UUID", "randomUUID")
        || calls(target, "java.lang.System", "identityHashCode")
        || (calls(target, "java.util.Collections", "shuffle")
            && target.getRawParameterTypes().size() == 1);
  }

  private static boolean startsOrStopsThreads(CodeUnitAccessTarget target) {
    boolean asyncWithoutExecutor =
        target.getOwner().isAssignableTo("java.util.concurrent.CompletionStage")
            && target.getName().endsWith("Async")
            && target.getRawParameterTypes().stream()
                .noneMatch(type -> type.isAssignableTo("java.util.concurrent.Executor"));
    return asyncWithoutExecutor
        || calls(
            target,
            "java.lang.Thread",
            CONSTRUCTOR,
            "sleep",
            "start",
            "startVirtualThread",
            "ofVirtual",
            "ofPlatform")
        || anyOf(target, "java.util.concurrent.Executors")
        || calls(target, "java.util.concurrent.ThreadPoolExecutor", CONSTRUCTOR)
        || calls(target, "java.util.concurrent.ForkJoinPool", CONSTRUCTOR, "commonPool")
        || calls(
            target,
            "java.util.concurrent.CompletableFuture",
            "delayedExecutor",
            "orTimeout",
            "completeOnTimeout")
        || calls(target, "java.util.concurrent.TimeUnit", "sleep")
        || calls(target, "java.util.concurrent.locks.LockSupport", "parkNanos", "parkUntil")
        || calls(target, "java.util.Timer", CONSTRUCTOR)
        || calls(target, "java.util.Collection", "parallelStream")
        || calls(target, "java.util.stream.BaseStream", "parallel")
        || calls(target, "java.lang.Runtime", "addShutdownHook");
  }

  private static boolean touchesFiles(CodeUnitAccessTarget target) {
    return anyOf(target, "java.nio.file.Files")
        || calls(target, "java.nio.channels.FileChannel", "open")
        || calls(target, "java.nio.channels.AsynchronousFileChannel", "open")
        || calls(target, "java.io.RandomAccessFile", CONSTRUCTOR)
        || calls(target, "java.io.FileInputStream", CONSTRUCTOR)
        || calls(target, "java.io.FileOutputStream", CONSTRUCTOR)
        || calls(target, "java.io.FileReader", CONSTRUCTOR)
        || calls(target, "java.io.FileWriter", CONSTRUCTOR)
        || calls(target, "java.nio.file.Path", "toFile", "toRealPath")
        || anyOf(target, "java.io.File");
  }

  private static boolean opensConnections(CodeUnitAccessTarget target) {
    return calls(target, "java.net.Socket", CONSTRUCTOR)
        || calls(target, "java.net.ServerSocket", CONSTRUCTOR)
        || calls(target, "java.nio.channels.SocketChannel", "open")
        || calls(target, "java.nio.channels.ServerSocketChannel", "open")
        || calls(target, "java.net.http.HttpClient", "newHttpClient", "newBuilder");
  }

  private static boolean calls(CodeUnitAccessTarget target, String owner, String... names) {
    return List.of(names).contains(target.getName()) && anyOf(target, owner);
  }

  private static boolean anyOf(CodeUnitAccessTarget target, String owner) {
    return target.getOwner().isAssignableTo(owner);
  }
}
