package dev.millrace.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.aws.HeldMessages.Held;
import dev.millrace.core.channel.Message;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldMessagesTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Hidden for 30 seconds, of which one is kept in reserve; prolonged for two minutes. */
  private final HeldMessages held =
      new HeldMessages(100, Duration.ofSeconds(30), Duration.ofMinutes(2));

  private void take(String id, String group, String receipt, long now) {
    Message message = Message.named("/s", id, "t").key(group).build();
    held.take(
        new SqsQueue.Taken(id, receipt, new AwsBinding.Received("q", id, group, "body", Map.of())),
        message,
        now);
  }

  private List<String> poll(long now) {
    return held.poll(10, now).stream().map(one -> one.message().id()).toList();
  }

  @Test
  void whatIsNotHiddenAnyMoreIsNotDeliveredAndNothingBehindItInItsGroup() {
    take("a1", "a", "r1", 0);
    take("b1", "b", "r2", 20 * SECOND);
    take("a2", "a", "r3", 20 * SECOND);

    assertThat(poll(29 * SECOND)).containsExactly("b1");
    assertThat(held.nextToReturn()).containsExactly("r3");
    assertThat(held.outstanding()).isEqualTo(1);
  }

  @Test
  void whatIsProlongedIsDelivered() {
    take("a1", "a", "r1", 0);

    assertThat(held.due(9 * SECOND)).isEmpty();
    HeldMessages.Asked due = held.due(10 * SECOND).get(0);
    held.prolonged(due, 10 * SECOND);

    assertThat(poll(38 * SECOND)).containsExactly("a1");
    assertThat(held.due(115 * SECOND)).hasSize(1);
    assertThat(held.due(120 * SECOND)).as("as long as it is held").isEmpty();
  }

  @Test
  void whatIsLostWhileItIsOutstandingCannotBeAcknowledgedAndMakesRoom() {
    take("a1", "a", "r1", 0);
    Held first = held.poll(1, 0).get(0);
    take("a2", "a", "r2", 0);

    held.lost(new HeldMessages.Asked(first, "r1"), SECOND);

    assertThat(held.acknowledge(first)).isFalse();
    assertThat(poll(SECOND)).as("it follows one that comes again").isEmpty();
    assertThat(held.room()).isEqualTo(100);
    assertThat(held.nextToReturn()).containsExactly("r2");
  }

  @Test
  void whatComesAgainWhileItIsHeldIsNotDeliveredAgainAndIsDeletedByItsNewReceipt() {
    take("a1", "a", "r1", 0);
    Held first = held.poll(1, 0).get(0);
    take("a1", "a", "r2", 10 * SECOND);

    assertThat(poll(10 * SECOND)).isEmpty();
    assertThat(held.acknowledge(first)).isTrue();
    assertThat(held.acknowledge(first)).as("again").isFalse();
    assertThat(held.nextToDelete(10)).extracting(HeldMessages.Asked::receipt).containsExactly("r2");
  }

  @Test
  void whatComesAgainBeforeItsDeletionWasAnsweredIsDeletedAgain() {
    take("a1", "a", "r1", 0);
    held.acknowledge(held.poll(1, 0).get(0));
    HeldMessages.Asked asked = held.nextToDelete(10).get(0);
    take("a1", "a", "r2", 31 * SECOND);
    held.deleted(asked);

    List<HeldMessages.Asked> again = held.nextToDelete(10);
    assertThat(again).extracting(HeldMessages.Asked::receipt).containsExactly("r2");
    held.deleted(again.get(0));
    take("a1", "a", "r3", 40 * SECOND);
    assertThat(poll(40 * SECOND)).as("nothing is known of it any more").containsExactly("a1");
  }

  @Test
  void whoLeavesGivesBackWhatIsOutstandingAndWhatStillComes() {
    take("a1", "a", "r1", 0);
    Held delivered = held.poll(1, 0).get(0);
    take("b1", "b", "r2", 1);
    held.leave();
    take("c1", "c", "r3", 2);

    assertThat(held.nextToReturn()).containsExactly("r1", "r2", "r3");
    assertThat(held.acknowledge(delivered)).isFalse();
    assertThat(held.room()).isZero();
    assertThat(poll(3)).isEmpty();
  }
}
