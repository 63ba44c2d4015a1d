package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import dev.millrace.testkit.ModelEventStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of a projection in a node that runs, on the command line. */
final class VersionsTest {
  record Painted(String wall) {}

  private static final Events<Painted> EVENTS =
      Events.of(Painted.class).name("painted", Painted.class);

  @TempDir Path folder;
  private final MemoryReadModel readModel = new MemoryReadModel();
  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(3, 2));
  private Millrace millrace;
  private Node node;

  private Projection<MemoryTables> walls(int version) {
    return Projection.named("walls", version)
        .into(readModel)
        .showing("wall")
        .on(
            Painted.class,
            (event, tables) -> tables.<String, Integer>table("wall").put(event.wall(), version));
  }

  private Context context(List<Projection<MemoryTables>> projections) {
    Context.Builder<Painted> context = Context.named("house").events(EVENTS);
    projections.forEach(context::projection);
    return context.build();
  }

  @BeforeEach
  void start() {
    NewEvent painted = context(List.of()).writeEvent(new Painted("north"));
    store.append(Append.of(UUID.randomUUID(), List.of(painted))).join();
    Millrace first = Millrace.host(context(List.of(walls(1))), store);
    while (isNotAt(first, 1)) {
      Thread.onSpinWait();
    }
    first.stopProcessors().join();
    millrace = Millrace.host(context(List.of(walls(1), walls(2))), store);
    node = Node.start(NodeOptions.onPort(0), millrace);
    while (isNotAt(millrace, 2)) {
      Thread.onSpinWait();
    }
  }

  private static boolean isNotAt(Millrace millrace, int version) {
    return millrace.versions("walls").list().stream()
        .noneMatch(
            one -> one.rows().isLive() && one.rows().version() == version && one.position() == 1);
  }

  @AfterEach
  void stop() {
    node.close();
    millrace.close();
    store.close();
  }

  private CliRun run(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "versions";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--url";
    all[all.length - 1] = "http://127.0.0.1:" + node.port();
    return CliRun.in(folder).run(all);
  }

  private int live() {
    return millrace.versions("walls").list().stream()
        .filter(one -> one.rows().isLive())
        .mapToInt(one -> one.rows().version())
        .sum();
  }

  @Test
  void theyAreShown() {
    assertThat(run("walls").outLines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("1 ") && line.contains("kept") && line.contains("100.0%"))
        .anyMatch(line -> line.startsWith("2 ") && line.contains("live"));
    assertThat(run("walls", "--json").out()).startsWith("{\"versions\":[{\"version\":1,");
  }

  @Test
  void oneGoesBackAndDropsWhatIsNotLive() {
    assertThat(run("walls", "--rollback").code).isZero();
    assertThat(live()).isEqualTo(1);
    assertThat(run("walls", "--make-live", "2").code).isZero();
    assertThat(live()).isEqualTo(2);
    CliRun refused = run("walls", "--drop", "2");
    assertThat(refused.code).isEqualTo(ExitCode.FAILURE);
    assertThat(refused.err()).contains("answers queries; make another one live first");
    assertThat(run("walls", "--drop", "1").outLines()).hasSize(2);
  }

  @Test
  void oneThingIsDoneAtATime() {
    assertThat(run("walls", "--rollback", "--drop", "1").code).isEqualTo(ExitCode.USAGE);
    assertThat(run("nothing").err()).contains("there is no projection 'nothing'");
  }
}
