package dev.millrace.aws;

import dev.millrace.core.channel.ChannelUnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Clients of the services, and what their failures mean. */
final class AwsClients {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** A request for messages waits for up to 20 seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What is wrong with the message itself; the rest may go well later. */
  private static final Set<String> REFUSED =
      Set.of(
          "InvalidMessageContents", "InvalidParameterValue", "InvalidParameter", "MessageTooLong");

  private AwsClients() {}

  static SqsClient sqs(AwsAddress address) {
    return at(address, SqsClient.builder().httpClient(connections())).build();
  }

  static SnsClient sns(AwsAddress address) {
    return at(address, SnsClient.builder().httpClient(connections())).build();
  }

  private static SdkHttpClient connections() {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(CONNECT)
        .socketTimeout(PATIENCE)
        .build();
  }

  private static <B extends AwsClientBuilder<B, C>, C> B at(AwsAddress address, B builder) {
    builder.region(Region.of(address.region()));
    if (address.endpoint() != null) {
      builder.endpointOverride(address.endpoint());
    }
    return builder;
  }

  /** Whether a code says that the message is not taken, now or later. */
  static boolean isRefused(String code) {
    return REFUSED.contains(code.substring(code.lastIndexOf('.') + 1));
  }

  /** Waits for the service. */
  static <V> V ask(String what, AwsAddress address, Supplier<V> request) {
    try {
      return request.get();
    } catch (SdkException failed) {
      throw unavailable(what, address, failed);
    }
  }

  static ChannelUnavailableException unavailable(
      String what, AwsAddress address, SdkException failed) {
    boolean isAnswer = failed instanceof AwsServiceException;
    return new ChannelUnavailableException(
        what
            + " at "
            + address.location()
            + (isAnswer ? " was refused: " : " was not answered: ")
            + failed.getMessage(),
        failed);
  }
}
