package dev.millrace.aws;

import dev.millrace.core.channel.UnsupportedChannelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.Subscription;
import software.amazon.awssdk.services.sns.model.Topic;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A topic, and the queues of its groups, which it sends messages as they are. Its methods wait for
 * the services, and are safe to call from any thread.
 */
final class SnsTopic implements BatchSender {
  /** The largest message with its attributes, and the largest batch. */
  static final int MOST_BYTES = 256 << 10;

  private static final String TEXT = "String";
  private static final int MAX_QUEUE_NAME = 80;
  private static final int DIGEST_LENGTH = 8;

  private final AwsAddress address;
  private final SnsClient topics;
  private final SqsClient queues;
  private final String arn;

  private SnsTopic(AwsAddress address, SnsClient topics, SqsClient queues, String arn) {
    this.address = address;
    this.topics = topics;
    this.queues = queues;
    this.arn = arn;
  }

  /** Finds the topic, or makes it. */
  static SnsTopic open(AwsAddress address, SnsClient topics, SqsClient queues) {
    String arn =
        AwsClients.ask(
            "looking for the topic",
            address,
            () -> address.create() ? make(address, topics) : find(address, topics));
    return new SnsTopic(address, topics, queues, arn);
  }

  /** One that is there already is found by it, too. */
  private static String make(AwsAddress address, SnsClient topics) {
    Map<String, String> attributes = address.isFifo() ? Map.of("FifoTopic", "true") : Map.of();
    return topics
        .createTopic(request -> request.name(address.name()).attributes(attributes))
        .topicArn();
  }

  private static String find(AwsAddress address, SnsClient topics) {
    String end = (address.account() == null ? "" : ":" + address.account()) + ":" + address.name();
    return topics.listTopicsPaginator().topics().stream()
        .map(Topic::topicArn)
        .filter(arn -> arn.endsWith(end))
        .findFirst()
        .orElseThrow(() ->
            new UnsupportedChannelException(
                "there is no topic '"
                    + address.name()
                    + "' for "
                    + address.location()
                    + "; make it, or open the channel with ?create=true"));
  }

  @Override
  public Map<Integer, RuntimeException> send(List<Outgoing> batch) {
    List<PublishBatchRequestEntry> entries = new ArrayList<>();
    for (Outgoing one : batch) {
      PublishBatchRequestEntry.Builder entry =
          PublishBatchRequestEntry.builder()
              .id(String.valueOf(entries.size()))
              .message(one.written().body())
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
            "publishing",
            address,
            () ->
                topics
                    .publishBatch(
                        request -> request.topicArn(arn).publishBatchRequestEntries(entries))
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
        .forEach((name, value) ->
            attributes.put(
                name, MessageAttributeValue.builder().dataType(TEXT).stringValue(value).build()));
    return attributes;
  }

  /** The queue of a group, made and subscribed where it is not. */
  SqsQueue queueOf(String group) {
    SqsQueue queue = SqsQueue.make(address, queues, queueName(address.name(), group));
    String queueArn = queue.attribute(QueueAttributeName.QUEUE_ARN, "");
    if (queue.attribute(QueueAttributeName.POLICY, "").isBlank()) {
      queue.set(QueueAttributeName.POLICY, policy(queueArn));
    }
    AwsClients.ask("subscribing the queue", address, () -> subscribe(queueArn));
    return queue;
  }

  /** One that is there gets this channel's filter, which is refused when it is made anew. */
  private boolean subscribe(String queueArn) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put("RawMessageDelivery", "true");
    Optional<String> known =
        topics
            .listSubscriptionsByTopicPaginator(request -> request.topicArn(arn))
            .subscriptions()
            .stream()
            .filter(one -> queueArn.equals(one.endpoint()))
            .map(Subscription::subscriptionArn)
            .findFirst();
    if (known.isPresent()) {
      attributes.put("FilterPolicy", address.types().isEmpty() ? "{}" : filter());
      attributes.forEach((name, value) ->
          topics.setSubscriptionAttributes(request ->
              request.subscriptionArn(known.get()).attributeName(name).attributeValue(value)));
      return false;
    }
    if (!address.types().isEmpty()) {
      attributes.put("FilterPolicy", filter());
    }
    topics.subscribe(
        request -> request.topicArn(arn).protocol("sqs").endpoint(queueArn).attributes(attributes));
    return true;
  }

  private String filter() {
    return address.types().stream()
        .map(SnsTopic::quoted)
        .collect(Collectors.joining(",", "{\"" + AwsBinding.TYPE + "\":[", "]}"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** This topic may send to the queue, and nobody else that was not allowed to. */
  private String policy(String queueArn) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",\
    "Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage",\
    "Resource":"%s","Condition":{"ArnEquals":{"aws:SourceArn":"%s"}}}]}\
    """
        .formatted(queueArn, arn);
  }

  /** Names of groups have characters that queues cannot have; then their digest is added. */
  static String queueName(String topic, String group) {
    String end = topic.endsWith(AwsAddress.FIFO) ? AwsAddress.FIFO : "";
    String bare = topic.substring(0, topic.length() - end.length()) + "-" + group;
    String clean = bare.replaceAll("[^A-Za-z0-9_-]", "-");
    int room = MAX_QUEUE_NAME - end.length();
    if (clean.equals(bare) && clean.length() <= room) {
      return clean + end;
    }
    String digest = "-" + AwsBinding.digest(topic, group).substring(0, DIGEST_LENGTH);
    return clean.substring(0, Math.min(clean.length(), room - digest.length())) + digest + end;
  }
}
