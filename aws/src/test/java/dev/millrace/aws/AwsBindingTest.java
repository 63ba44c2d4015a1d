package dev.millrace.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.aws.AwsBinding.Received;
import dev.millrace.aws.AwsBinding.Written;
import dev.millrace.core.channel.Message;
import dev.millrace.core.store.Bytes;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AwsBindingTest {
  private static Message.Builder few() {
    return Message.named("/shop", "1", "placed")
        .key("o-1")
        .data("application/json", Bytes.utf8("{\"cents\":5}"));
  }

  private static Message read(Written written) {
    return AwsBinding.read(
        new Received("orders.fifo", "m-1", "o-1", written.body(), written.attributes()));
  }

  @Test
  void binaryModeHasAttributesBesideTheData() {
    Message message = few().build();

    Written written = AwsBinding.write(message, false);

    assertThat(written.body()).isEqualTo("{\"cents\":5}");
    assertThat(written.attributes())
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_id", "1")
        .containsEntry("ce_type", "placed")
        .containsEntry("content-type", "application/json");
    assertThat(read(written)).isEqualTo(message);
  }

  @Test
  void whatHasMoreAttributesThanTheServiceTakesIsWrittenStructured() {
    Message.Builder builder = few();
    for (int i = 0; i < 4; i++) { // with specversion ten
      builder.set("extension" + i, "value");
    }
    Message ten = builder.build();
    Message eleven = builder.set("extension4", "value").build();

    assertThat(AwsBinding.write(ten, false).attributes()).hasSize(10).containsKey("ce_id");
    assertThat(read(AwsBinding.write(ten, false))).isEqualTo(ten);
    assertThat(AwsBinding.write(eleven, false).attributes())
        .containsOnlyKeys("content-type", "ce_type");
    assertThat(read(AwsBinding.write(eleven, false))).isEqualTo(eleven);
  }

  @Test
  void whatIsNoTextIsWrittenStructured() {
    for (byte[] data : new byte[][] {{}, {0}, {(byte) 0xff}, {(byte) 0xef, (byte) 0xbf, -65}}) {
      Message message = few().data("application/octet-stream", Bytes.wrap(data)).build();
      Written written = AwsBinding.write(message, false);
      assertThat(written.attributes()).doesNotContainKey("ce_id");
      assertThat(read(written)).isEqualTo(message);
    }
  }

  @Test
  void noCharacterIsLeftThatTheServiceRefuses() {
    Message message = few().set("subject", "a\u0001\uFFFE\uFFFFb").build();

    for (boolean structured : new boolean[] {true, false}) {
      Written written = AwsBinding.write(message, structured);
      assertThat(written.body()).doesNotContain("\uFFFE", "\uFFFF", "\u0001");
      assertThat(read(written)).isEqualTo(message);
    }
  }

  @Test
  void aDocumentOfSomebodyElseIsReadWithItsGroupAsKey() {
    Message read =
        AwsBinding.read(
            new Received(
                "orders.fifo",
                "m-1",
                "o-1",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
                Map.of()));

    assertThat(read).isEqualTo(Message.named("/s", "1", "t").key("o-1").build());
  }

  @Test
  void whatIsNoCloudEventIsPlainAndKnownByTheServicesId() {
    for (String body : new String[] {"{\"a\":1}", "{\"specversion\":\"1.0\"}", "text"}) {
      Message read =
          AwsBinding.read(new Received("orders.fifo", "m-1", "o-1", body, Map.of("x", "y")));

      assertThat(read)
          .isEqualTo(
              Message.named("sqs:orders.fifo", "m-1", Message.PLAIN)
                  .key("o-1")
                  .data("application/octet-stream", Bytes.utf8(body))
                  .build());
    }
  }

  @Test
  void groupsAreKeysAsFarAsTheServiceTakesThem() {
    assertThat(AwsBinding.group(few().build())).isEqualTo("o-1");
    for (String key : new String[] {"ключ", "two words", "x".repeat(129), "millrace-none-1"}) {
      String group = AwsBinding.group(few().key(key).build());
      assertThat(group).matches("millrace-key-[0-9a-f]{64}");
      assertThat(group).isNotEqualTo(AwsBinding.group(few().key(key + "1").build()));
    }
  }

  @Test
  void whatHasNoKeyHasAGroupOfItsOwnThatIsNoKey() {
    Message one = Message.named("/s", "1", "t").build();
    Message other = Message.named("/s", "2", "t").build();

    assertThat(AwsBinding.group(one)).isNotEqualTo(AwsBinding.group(other));
    Written written = AwsBinding.write(one, true);
    Received received =
        new Received("q.fifo", "m", AwsBinding.group(one), written.body(), written.attributes());
    assertThat(AwsBinding.read(received)).isEqualTo(one);
  }

  @Test
  void theDeduplicationIdIsOfSourceAndId() {
    Message message = Message.named("ab", "c", "t").build();

    assertThat(AwsBinding.deduplicationId(message))
        .isEqualTo(AwsBinding.deduplicationId(Message.named("ab", "c", "u").build()))
        .isNotEqualTo(AwsBinding.deduplicationId(Message.named("a", "bc", "t").build()))
        .hasSize(64);
  }
}
