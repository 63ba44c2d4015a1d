package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.Tag;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import dev.millrace.testkit.ModelEventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a node that runs, on the command line. */
final class DeadLettersTest {
  record Painted(String wall, String colour) {}

  private static final Tag<String> WALL = Tag.named("wall");
  private static final Events<Painted> EVENTS =
      Events.of(Painted.class).tag(WALL, Painted::wall).name("painted", Painted.class);

  @TempDir Path folder;
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(3, 1));
  private Millrace millrace;
  private Node node;

  @BeforeEach
  void start() {
    Context walls =
        Context.named("walls")
            .events(EVENTS)
            .projection(
                Projection.named("colours", 1)
                    .into(new MemoryReadModel())
                    .retrying(Retry.attempts(1))
                    .on(
                        Painted.class,
                        (event, tables) -> {
                          if (broken.contains(event.colour())) {
                            throw new IllegalStateException("there is no " + event.colour());
                          }
                          tables.<String, String>table("colour").put(event.wall(), event.colour());
                        }))
            .build();
    broken.addAll(Set.of("mauve", "taupe"));
    for (Painted event :
        List.of(
            new Painted("north", "red"),
            new Painted("east", "mauve"),
            new Painted("south", "taupe"),
            new Painted("east", "blue"))) {
      NewEvent written = walls.writeEvent(event);
      store.append(Append.of(UUID.randomUUID(), List.of(written))).join();
    }
    millrace = Millrace.host(walls, store);
    node = Node.start(NodeOptions.onPort(0), millrace);
    while (letters().list().size() < 2) {
      Thread.onSpinWait();
    }
  }

  @AfterEach
  void stop() {
    node.close();
    millrace.close();
    store.close();
  }

  private DeadLetters letters() {
    return millrace.processor("colours").deadLetters();
  }

  /** The dead letter of the wall to the east. */
  private String east() {
    return letters().list().get(0).id();
  }

  private CliRun run(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "dead-letters";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--url";
    all[all.length - 1] = "http://127.0.0.1:" + node.port();
    return CliRun.in(folder).run(all);
  }

  @Test
  void theyAreListedGroupedAndShown() {
    assertThat(run("list", "colours").outLines())
        .hasSize(3)
        .anyMatch(line -> line.contains(east()) && line.contains("wall:east"))
        .anyMatch(line -> line.contains("IllegalStateException: there is no taupe"));
    assertThat(run("groups", "colours").out()).contains("KEYS", "there is no mauve");
    CliRun shown = run("show", "colours", east());
    assertThat(shown.code).isZero();
    assertThat(shown.out())
        .contains("\"colour\":\"mauve\"")
        .contains("java.lang.IllegalStateException: there is no mauve")
        .contains("1 later events of the key");
    assertThat(run("list", "colours", "--json").out())
        .startsWith("{\"deadLetters\":[{\"id\":\"" + east());
  }

  @Test
  void oneIsRedrivenAndTheExitCodeSaysWhetherItsKeyIsLevel() {
    CliRun blocked = run("redrive", "colours", east());
    assertThat(blocked.code).isEqualTo(1);
    assertThat(blocked.out()).contains("is blocked again");
    broken.clear();
    CliRun level = run("redrive", "colours", east(), "--actor", "ann");
    assertThat(level.code).isZero();
    assertThat(level.out()).contains("is level");
    assertThat(letters().list()).hasSize(1);
    assertThat(run("redrive", "colours", "--all").out()).contains("1 are being tried again");
    while (!letters().list().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(run("list", "colours").out()).contains("colours has no dead letters");
  }

  @Test
  void oneIsEditedAndOneDiscarded() throws IOException {
    Path corrected =
        Files.writeString(
            folder.resolve("corrected.json"), "{\"wall\":\"east\",\"colour\":\"green\"}");
    assertThat(run("edit", "colours", east(), "--payload", corrected.toString()).code).isZero();
    assertThat(run("list", "colours").out()).contains("(edited)");
    assertThat(run("redrive", "colours", east()).code).isZero();
    String south = letters().list().get(0).id();
    CliRun discarded = run("discard", "colours", south, "--reason", "a colour that is not made");
    assertThat(discarded.code).isZero();
    assertThat(letters().list()).isEmpty();
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() {
    CliRun unknown = run("show", "colours", "0123456789abcdef");
    assertThat(unknown.code).isEqualTo(1);
    assertThat(unknown.errWithoutLogs())
        .isEqualTo("millrace: there is no dead letter '0123456789abcdef'\n");
    assertThat(run("list", "colour").errWithoutLogs())
        .isEqualTo("millrace: there is no processor 'colour'\n");
    CliRun nobody =
        CliRun.in(folder).run("dead-letters", "list", "colours", "--url", "http://127.0.0.1:1");
    assertThat(nobody.code).isEqualTo(1);
    assertThat(nobody.errWithoutLogs()).contains("no node answers at http://127.0.0.1:1");
  }
}
