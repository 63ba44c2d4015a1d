package dev.millrace.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.channel.UnsupportedChannelException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AwsAddressTest {
  @Test
  void aUrlSaysWhereAndHow() {
    AwsAddress address =
        AwsAddress.parse(
            "sns",
            "sns://eu-central-1/123456789012/orders.fifo?visibilitySeconds=60&types=a,b&groups=g");

    assertThat(address.location()).isEqualTo("sns://eu-central-1/123456789012/orders.fifo");
    assertThat(address.isFifo()).isTrue();
    assertThat(address.visibility()).isEqualTo(Duration.ofMinutes(1));
    assertThat(address.types()).containsExactly("a", "b");
    assertThat(address.groups()).containsExactly("g");
    assertThat(address.structured()).isTrue();
    assertThat(address.create()).isFalse();
  }

  @Test
  void aUrlThatSaysTooMuchOrTooLittleIsRefused() {
    for (String wrong :
        new String[] {
          "sqs:queue",
          "sqs://eu-central-1",
          "sqs://eu-central-1/",
          "sqs://key:secret@eu-central-1/q",
          "sqs://eu-central-1/me/q",
          "sqs://eu-central-1/größe",
          "sqs://eu-central-1/" + "q".repeat(81),
          "sqs://eu-central-1/q?visibilitySeconds=0",
          "sqs://eu-central-1/q?waitSeconds=21",
          "sqs://eu-central-1/q?create=yes",
          "sqs://eu-central-1/q?types=a",
          "sqs://eu-central-1/q?endpoint=http://key:secret@localhost:1"
        }) {
      assertThatIllegalArgumentException()
          .as(wrong)
          .isThrownBy(() -> Channel.open(wrong))
          .satisfies(said -> assertThat(said).message().doesNotContain("secret"));
    }
  }

  @Test
  void aQueueOrTopicThatIsNotThereIsRefusedUnlessItMayBeMade() throws Exception {
    assertThatThrownBy(() ->
            Channel.open("sqs://elasticmq/nowhere?endpoint=" + SqsEmulator.shared().endpoint()))
        .isInstanceOf(UnsupportedChannelException.class)
        .hasMessageContaining("there is no queue 'nowhere'")
        .hasMessageContaining("create=true");
    assertThatThrownBy(() ->
            Channel.open("sns://us-east-1/nowhere?endpoint=" + SnsEmulator.shared().endpoint()))
        .isInstanceOf(UnsupportedChannelException.class)
        .hasMessageContaining("there is no topic 'nowhere'")
        .hasMessageContaining("create=true");
  }

  @Test
  void aQueueIsOneGroupAndBeginsWithWhatItHas() throws Exception {
    try (Channel channel =
        Channel.open(SqsEmulator.shared().channel("one-" + UUID.randomUUID(), "waitSeconds=1"))) {
      channel.subscribe(Subscribing.as("a"));
      channel.subscribe(Subscribing.as("a"));

      assertThatThrownBy(() -> channel.subscribe(Subscribing.as("b")))
          .isInstanceOf(UnsupportedChannelException.class)
          .hasMessageContaining("sns://");
      assertThatThrownBy(() -> channel.subscribe(Subscribing.as("a").from(Subscribing.Start.NEW)))
          .isInstanceOf(UnsupportedChannelException.class)
          .hasMessageContaining("sns://");
    }
  }
}
