package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The official SDK as the client. */
final class CloudEventsTest {
  private static final String PATH = "/api/contexts/bank/cloudevents";

  @TempDir Path folder;
  private RunningBank bank;

  @BeforeEach
  void open() {
    bank = RunningBank.open(folder);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  private static CloudEvent deposit(String id, String source, String account, long cents) {
    String data = "{\"account\":\"" + account + "\",\"cents\":" + cents + "}";
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create(source))
        .withType("deposit")
        .withDataContentType("application/json")
        .withData(data.getBytes(StandardCharsets.UTF_8))
        .withExtension("note", "for all, 50% off")
        .build();
  }

  private HttpResponse<String> send(CloudEvent event, boolean structured) {
    HttpRequest.Builder request = bank.request(PATH);
    var holder = new byte[1][];
    MessageWriter<?, ?> writer =
        HttpMessageFactory.createWriter(request::header, body -> holder[0] = body);
    if (structured) {
      writer.writeStructured(event, JsonFormat.CONTENT_TYPE);
    } else {
      writer.writeBinary(event);
    }
    return bank.send(request.POST(HttpRequest.BodyPublishers.ofByteArray(holder[0])));
  }

  @Test
  void binaryAndStructuredEventsAreCommands() {
    HttpResponse<String> binary = send(deposit("1", "/till/1", "a-1", 300), false);
    HttpResponse<String> structured = send(deposit("2", "/till/1", "a-1", 200), true);

    assertThat(binary.statusCode()).as(binary.body()).isEqualTo(200);
    assertThat(structured.statusCode()).as(structured.body()).isEqualTo(200);
    assertThat(bank.millrace.read("bank", Bank.BALANCE, "a-1")).isEqualTo(500);
  }

  @Test
  void sourceAndIdTogetherAreTheIdempotencyKeyInEveryMode() {
    send(deposit("1", "/till/1", "a-1", 300), false);
    JsonNode again = RunningBank.json(send(deposit("1", "/till/1", "a-1", 300), true));
    JsonNode other = RunningBank.json(send(deposit("1", "/till/2", "a-1", 300), true));

    assertThat(again.get("repeated").asBoolean()).isTrue();
    assertThat(other.get("repeated").asBoolean()).isFalse();
    assertThat(bank.millrace.store("bank").head()).isEqualTo(2);
  }

  @Test
  void aBatchAnswersForEachOfItsEvents() {
    var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
    String batch =
        "["
            + new String(format.serialize(deposit("1", "/t", "a-1", 300)), StandardCharsets.UTF_8)
            + ","
            + new String(format.serialize(deposit("1", "/t", "a-1", 300)), StandardCharsets.UTF_8)
            + ",{\"specversion\":\"1.0\",\"id\":\"3\",\"source\":\"/t\",\"type\":\"withdraw\","
            + "\"data\":{\"account\":\"a-2\",\"cents\":1}}]";

    JsonNode answers =
        RunningBank.json(
            bank.post(PATH, batch, "Content-Type", "application/cloudevents-batch+json"));

    assertThat(answers.at("/0/status").asInt()).isEqualTo(200);
    assertThat(answers.at("/1/answer/repeated").asBoolean()).isTrue();
    assertThat(answers.at("/2/status").asInt()).isEqualTo(422);
    assertThat(answers.at("/2/answer/rejection/data/missing").asLong()).isEqualTo(1);
  }

  @Test
  void theTraceGoesOnInTheEvent() {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    CloudEvent event =
        CloudEventBuilder.from(deposit("1", "/t", "a-1", 300))
            .withExtension("traceparent", traceparent)
            .build();

    send(event, false);

    JsonNode stored = bank.getJson("/api/contexts/bank/events").get("events").get(0);
    assertThat(stored.at("/metadata/traceparent").asString()).isEqualTo(traceparent);
  }

  @Test
  void whatIsNotACloudEventOfACommandIsRefused() {
    CommandsTest.assertProblem(
        bank.post(PATH, "{}", "Content-Type", "application/json"), 400, "bad-request");
    CommandsTest.assertProblem(
        bank.post(PATH, "<x/>", "Content-Type", "application/cloudevents+xml"),
        415,
        "unsupported-format");
    CommandsTest.assertProblem(
        bank.post(PATH, "{", "Content-Type", "application/cloudevents+json"), 400, "bad-request");
    CloudEvent text =
        CloudEventBuilder.from(deposit("1", "/t", "a", 1))
            .withDataContentType("text/plain")
            .build();
    CommandsTest.assertProblem(send(text, false), 415, "unsupported-format");
    CloudEvent unknown =
        CloudEventBuilder.from(deposit("1", "/t", "a", 1)).withType("nothing").build();
    CommandsTest.assertProblem(send(unknown, false), 404, "not-found");
  }
}
