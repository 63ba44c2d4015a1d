package dev.millrace.cli;

import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.Tag;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.store.Append;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import dev.millrace.testkit.ModelEventStore;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A node whose processors cannot handle some events, until somebody mends that. */
final class ConsoleWalls implements AutoCloseable {
  record Painted(String wall, String colour) {}

  private static final Tag<String> WALL = Tag.named("wall");
  private static final Events<Painted> EVENTS =
      Events.of(Painted.class).tag(WALL, Painted::wall).name("painted", Painted.class);

  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(3, 2));
  private final Millrace millrace;
  private final Node node;

  ConsoleWalls() {
    broken.addAll(Set.of("mauve", "taupe"));
    Context walls =
        Context.named("walls")
            .events(EVENTS)
            .projection(projection("colours", broken))
            .projection(projection("varnish", broken))
            .projection(projection("sound", Set.of()))
            .build();
    for (Painted event :
        List.of(
            new Painted("north", "red"),
            new Painted("east", "mauve"),
            new Painted("south", "mauve"),
            new Painted("west", "taupe"),
            new Painted("east", "blue"))) {
      store.append(Append.of(UUID.randomUUID(), List.of(walls.writeEvent(event)))).join();
    }
    millrace = Millrace.host(walls, store);
    node = Node.start(NodeOptions.onPort(0), millrace);
  }

  private static Projection projection(String name, Set<String> broken) {
    return Projection.named(name, 1)
        .into(new MemoryReadModel())
        .retrying(Retry.attempts(1))
        .on(
            Painted.class,
            (event, tables) -> {
              if (broken.contains(event.colour())) {
                throw new IllegalStateException("there is no " + event.colour());
              }
              tables.<String, String>table("colour").put(event.wall(), event.colour());
            });
  }

  /** From now on that colour can be handled. */
  void mend(String colour) {
    broken.remove(colour);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + node.port());
  }

  @Override
  public void close() {
    node.close();
    millrace.close();
    store.close();
  }
}
