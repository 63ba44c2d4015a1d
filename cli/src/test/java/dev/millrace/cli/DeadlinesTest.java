package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Decision;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Tag;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineCancelled;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import dev.millrace.testkit.ModelEventStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open deadlines of a node that runs, on the command line. */
final class DeadlinesTest {
  record Ordered(String order) {}

  record Order(String order) implements Command<NoRejection> {}

  private static final Tag<String> ORDER = Tag.named("order");

  @TempDir Path folder;

  private static Context orders() {
    return Context.named("orders")
        .events(Events.of(Ordered.class).tag(ORDER, Ordered::order).name("ordered", Ordered.class))
        .on(Order.class)
        .decide(command ->
            Decision.<Ordered, NoRejection>accept(new Ordered(command.order()))
                .deadline("pay/" + command.order(), Duration.ofDays(3), command))
        .build();
  }

  private CliRun run(Node node, String... arguments) {
    String[] all = List.of(arguments).toArray(new String[arguments.length + 2]);
    all[arguments.length] = "--url";
    all[arguments.length + 1] = "http://127.0.0.1:" + node.port();
    return CliRun.in(folder).run(all);
  }

  @Test
  void theyAreListedAndOneIsTakenBack() {
    ModelEventStore store = ModelEventStore.create(InstantSource.system(), new UUID(3, 3));
    try (store;
        Millrace millrace = Millrace.host(orders(), store);
        Node node = Node.start(NodeOptions.onPort(0), millrace)) {
      millrace.send(new Order("1"), "1");
      CommandEnvelope ofAcme = CommandEnvelope.of("2").forTenant(new Tenant("acme"));
      assertThat(millrace.submit(new Order("2"), ofAcme).join()).isNotNull();

      assertThat(run(node, "deadlines", "list", "orders").outLines())
          .hasSize(3)
          .anyMatch(line -> line.matches("pay/1 +default .*"))
          .anyMatch(line -> line.matches("pay/2 +acme .*"));
      CliRun wrong = run(node, "deadlines", "cancel", "orders", "pay/2");
      assertThat(wrong.code).isEqualTo(1);
      assertThat(wrong.err()).contains("there is no open deadline 'pay/2'");
      CliRun cancelled =
          run(node, "deadlines", "cancel", "orders", "pay/2", "--tenant", "acme", "--actor", "ann");
      assertThat(cancelled.code).as(cancelled.err()).isZero();
      assertThat(cancelled.out()).contains("pay/2 is open no more");
      assertThat(run(node, "deadlines", "list", "orders", "--json").out())
          .contains("pay/1")
          .doesNotContain("pay/2");
      assertThat(run(node, "deadlines", "list", "nothing").code).isEqualTo(1);
      RecordedEvent last =
          store
              .read(Query.all().acrossTenants(), store.head(), Direction.FORWARD, 1)
              .events()
              .get(0);
      assertThat(last.type()).isEqualTo(DeadlineCancelled.NAME);
      assertThat(last.metadata().actor()).isEqualTo("ann");
    }
  }
}
