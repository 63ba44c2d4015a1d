package dev.millrace.aws;

import dev.millrace.core.channel.UnsupportedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** A queue. Its methods wait for the service, and are safe to call from any thread. */
final class SqsQueue implements BatchSender {
  /** Most messages of one request. */
  static final int MOST_MESSAGES = 10;

  private static final int MESSAGE_BYTES = 256 << 10;
  private static final String RETENTION_SECONDS = String.valueOf(Duration.ofDays(14).toSeconds());
  private static final String TEXT = "String";

  private final AwsAddress address;
  private final SqsClient client;
  private final String name;
  private final String url;

  SqsQueue(AwsAddress address, SqsClient client, String name, String url) {
    this.address = address;
    this.client = client;
    this.name = name;
    this.url = url;
  }

  /** Finds the queue, or makes it. */
  static SqsQueue open(AwsAddress address, SqsClient client) {
    String name = address.name();
    try {
      return find(address, client, name);
    } catch (UnsupportedChannelException missing) {
      if (!address.create()) {
        throw missing;
      }
      return make(address, client, name);
    }
  }

  private static SqsQueue find(AwsAddress address, SqsClient client, String name) {
    try {
      String url =
          client
              .getQueueUrl(
                  request -> request.queueName(name).queueOwnerAWSAccountId(address.account()))
              .queueUrl();
      return new SqsQueue(address, client, name, url);
    } catch (QueueDoesNotExistException missing) {
      throw new UnsupportedChannelException(
          "there is no queue '"
              + name
              + "' for "
              + address.location()
              + "; make it, or open the channel with ?create=true",
          missing);
    } catch (SdkException failed) {
      throw AwsClients.unavailable("looking for the queue", address, failed);
    }
  }

  /** Makes a queue, FIFO if its name says so, that keeps messages as long as SQS can. */
  static SqsQueue make(AwsAddress address, SqsClient client, String name) {
    Map<QueueAttributeName, String> attributes = new HashMap<>();
    attributes.put(QueueAttributeName.MESSAGE_RETENTION_PERIOD, RETENTION_SECONDS);
    if (name.endsWith(AwsAddress.FIFO)) {
      attributes.put(QueueAttributeName.FIFO_QUEUE, "true");
    }
    try {
      String url =
          client.createQueue(request -> request.queueName(name).attributes(attributes)).queueUrl();
      return new SqsQueue(address, client, name, url);
    } catch (QueueNameExistsException other) { // somebody was quicker, or made it otherwise
      return find(address, client, name);
    } catch (SdkException failed) {
      throw AwsClients.unavailable("making the queue", address, failed);
    }
  }

  String url() {
    return url;
  }

  String attribute(QueueAttributeName which, String otherwise) {
    return AwsClients.ask(
        "looking at the queue",
        address,
        () ->
            client
                .getQueueAttributes(request -> request.queueUrl(url).attributeNames(which))
                .attributes()
                .getOrDefault(which, otherwise));
  }

  void set(QueueAttributeName which, String value) {
    AwsClients.ask(
        "changing the queue",
        address,
        () ->
            client.setQueueAttributes(
                request -> request.queueUrl(url).attributes(Map.of(which, value))));
  }

  /** The largest message with its attributes, and the largest batch. */
  int mostBytes() {
    String most = attribute(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, String.valueOf(MESSAGE_BYTES));
    return Integer.parseInt(most);
  }

  /** About how many messages nobody has. */
  long visible() {
    return Long.parseLong(attribute(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0"));
  }

  @Override
  public Map<Integer, RuntimeException> send(List<Outgoing> batch) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (Outgoing one : batch) {
      SendMessageBatchRequestEntry.Builder entry =
          SendMessageBatchRequestEntry.builder()
              .id(String.valueOf(entries.size()))
              .messageBody(one.written().body())
              .messageAttributes(attributes(one.written()));
      if (address.isFifo()) {
        entry
            .messageGroupId(AwsBinding.group(one.message()))
            .messageDeduplicationId(AwsBinding.deduplicationId(one.message()));
      }
      entries.add(entry.build());
    }
    List<BatchResultErrorEntry> failed =
        AwsClients.ask(
            "sending",
            address,
            () ->
                client
                    .sendMessageBatch(request -> request.queueUrl(url).entries(entries))
                    .failed());
    Map<Integer, RuntimeException> failures = new HashMap<>();
    for (BatchResultErrorEntry one : failed) {
      int place = Integer.parseInt(one.id());
      failures.put(
          place, batch.get(place).notStored(address, one.code(), one.message(), one.senderFault()));
    }
    return failures;
  }

  private static Map<String, MessageAttributeValue> attributes(AwsBinding.Written written) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    written
        .attributes()
        .forEach((attribute, value) ->
            attributes.put(
                attribute,
                MessageAttributeValue.builder().dataType(TEXT).stringValue(value).build()));
    return attributes;
  }

  /** A message, and by what it is deleted. */
  record Taken(String id, String receipt, AwsBinding.Received received) {}

  /**
   * Asks for messages.
   *
   * @param howLong waits for them when there are none
   * @param attempt the same again, when the answer was lost: a FIFO queue then answers the same
   */
  List<Taken> receive(int most, Duration howLong, String attempt) {
    ReceiveMessageRequest.Builder request =
        ReceiveMessageRequest.builder()
            .queueUrl(url)
            .maxNumberOfMessages(Math.min(most, MOST_MESSAGES))
            .visibilityTimeout((int) address.visibility().toSeconds())
            .waitTimeSeconds((int) howLong.toSeconds())
            .messageAttributeNames("All")
            .messageSystemAttributeNames(MessageSystemAttributeName.MESSAGE_GROUP_ID);
    if (address.isFifo()) {
      request.receiveRequestAttemptId(attempt);
    }
    return AwsClients.ask(
        "receiving",
        address,
        () -> client.receiveMessage(request.build()).messages().stream().map(this::taken).toList());
  }

  private Taken taken(Message message) {
    Map<String, String> attributes = new HashMap<>();
    message
        .messageAttributes()
        .forEach((attribute, value) -> {
          if (value.stringValue() != null) {
            attributes.put(attribute, value.stringValue());
          }
        });
    String group = message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
    return new Taken(
        message.messageId(),
        message.receiptHandle(),
        new AwsBinding.Received(
            name,
            message.messageId(),
            address.isFifo() ? group : null,
            message.body(),
            attributes));
  }

  /** Deletes what was received with these receipts; the places of those that were not. */
  List<Integer> delete(List<String> receipts) {
    return inBatch(
        "deleting",
        receipts,
        ids ->
            client
                .deleteMessageBatch(request ->
                    request
                        .queueUrl(url)
                        .entries(
                            ids.entrySet().stream()
                                .map(one ->
                                    DeleteMessageBatchRequestEntry.builder()
                                        .id(one.getKey())
                                        .receiptHandle(one.getValue())
                                        .build())
                                .toList()))
                .failed());
  }

  /** Hides messages for longer, or no more; the places of those that are not theirs any more. */
  List<Integer> hide(List<String> receipts, Duration howLong) {
    return inBatch(
        "prolonging",
        receipts,
        ids ->
            client
                .changeMessageVisibilityBatch(request ->
                    request
                        .queueUrl(url)
                        .entries(
                            ids.entrySet().stream()
                                .map(one ->
                                    ChangeMessageVisibilityBatchRequestEntry.builder()
                                        .id(one.getKey())
                                        .receiptHandle(one.getValue())
                                        .visibilityTimeout((int) howLong.toSeconds())
                                        .build())
                                .toList()))
                .failed());
  }

  private List<Integer> inBatch(
      String what,
      List<String> receipts,
      Function<Map<String, String>, List<BatchResultErrorEntry>> request) {
    Map<String, String> ids = new LinkedHashMap<>();
    for (String receipt : receipts) {
      ids.put(String.valueOf(ids.size()), receipt);
    }
    return AwsClients.ask(what, address, () -> request.apply(ids)).stream()
        .map(one -> Integer.parseInt(one.id()))
        .toList();
  }

  /** Whether the service answered, and will not answer otherwise to the same request. */
  static boolean isAnswered(Throwable failure) {
    return failure.getCause() instanceof SqsException;
  }
}
