package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.UnsupportedChannelException;
import dev.millrace.testkit.contract.ChannelContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of channels on a real broker. */
class KafkaChannelTest extends ChannelContract {
  private static KafkaBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.shared();
  }

  @Override
  protected Channel open(String address) throws Exception {
    return Channel.open(broker.channel(address, 4));
  }

  @Test
  void aTopicThatIsNotThereIsRefusedUnlessItMayBeMade() {
    assertThatThrownBy(() -> Channel.open("kafka://" + broker.servers() + "/nowhere"))
        .isInstanceOf(UnsupportedChannelException.class)
        .hasMessageContaining("there is no topic 'nowhere'");
  }

  @Test
  void aUrlThatSaysTooMuchOrTooLittleIsRefused() {
    for (String wrong :
        new String[] {
          "kafka://host:9092", "kafka:topic", "kafka://me:secret@host/topic", "kafka://h/t?user=me"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Channel.open(wrong))
          .satisfies(said -> assertThat(said).message().doesNotContain("secret"));
    }
  }
}
