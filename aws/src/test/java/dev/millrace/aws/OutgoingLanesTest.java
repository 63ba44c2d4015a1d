package dev.millrace.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.channel.Message;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutgoingLanesTest {
  private final OutgoingLanes lanes = new OutgoingLanes(1_000);

  private static Outgoing of(String id, String lane, int bytes) {
    return new Outgoing(
        Message.named("/s", id, "t").key(lane).build(),
        new AwsBinding.Written("body", Map.of()),
        lane,
        bytes,
        new CompletableFuture<>());
  }

  private static List<String> ids(List<Outgoing> batch) {
    return batch.stream().map(one -> one.message().id()).toList();
  }

  @Test
  void aBatchHasOneOfALaneAndTheNextFollowsWhenThatIsStored() {
    for (String id : new String[] {"a1", "a2", "b1", "a3"}) {
      lanes.add(of(id, id.substring(0, 1), 10));
    }

    List<Outgoing> first = lanes.next();
    assertThat(ids(first)).containsExactly("a1", "b1");
    assertThat(lanes.next()).isEmpty();
    lanes.stored(first.get(0));
    assertThat(ids(lanes.next())).containsExactly("a2");
    assertThat(lanes.waiting()).isEqualTo(1);
  }

  @Test
  void oneThatIsNotStoredTakesWithItWhatWaitsBehindIt() {
    for (String id : new String[] {"a1", "a2", "b1", "b2"}) {
      lanes.add(of(id, id.substring(0, 1), 10));
    }
    List<Outgoing> first = lanes.next();

    assertThat(ids(lanes.failed(first.get(0)))).containsExactly("a2");
    lanes.stored(first.get(1));
    assertThat(ids(lanes.next())).containsExactly("b2");
    lanes.add(of("a3", "a", 10));
    assertThat(ids(lanes.next())).containsExactly("a3");
    assertThat(lanes.waiting()).isZero();
  }

  @Test
  void aBatchIsNoLargerThanTheServiceTakes() {
    lanes.add(of("1", null, 600));
    lanes.add(of("2", null, 500));
    for (int i = 3; i < 15; i++) {
      lanes.add(of(String.valueOf(i), null, 1));
    }

    assertThat(ids(lanes.next())).containsExactly("1");
    assertThat(lanes.next()).hasSize(10);
    assertThat(lanes.next()).hasSize(3);
  }
}
