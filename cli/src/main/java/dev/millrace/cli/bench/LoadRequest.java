package dev.millrace.cli.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.LongSupplier;

/** The bytes of a deposit; each has an id of its own and goes to the next of many accounts. */
final class LoadRequest {
  private static final int ACCOUNTS = 10_000;
  private static final String ACCOUNT = "00000";
  private static final String NUMBER = "0000000000";

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final LongSupplier numbers;
  private final int idEnd;
  private final int accountEnd;

  /**
   * A request.
   *
   * @param run tells the ids of this run from those of others
   * @param numbers counts up
   */
  LoadRequest(UUID run, LongSupplier numbers) {
    String body = "{\"account\":\"a-" + ACCOUNT + "\",\"cents\":100}";
    String id =
        "POST /api/contexts/"
            + LoadBank.NAME
            + "/commands/"
            + LoadBank.COMMAND
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\nIdempotency-Key: "
            + run
            + "-"
            + NUMBER;
    String text = id + "\r\n\r\n" + body;
    this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    this.buffer = ByteBuffer.wrap(bytes);
    this.numbers = numbers;
    this.idEnd = id.length();
    this.accountEnd = text.indexOf(ACCOUNT + "\"") + ACCOUNT.length();
  }

  /** Makes the next one. */
  void next() {
    long number = numbers.getAsLong();
    digits(idEnd, NUMBER.length(), number);
    digits(accountEnd, ACCOUNT.length(), number % ACCOUNTS);
    buffer.clear();
  }

  private void digits(int end, int count, long number) {
    long rest = number;
    for (int i = end - 1; i >= end - count; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** What is not sent yet. */
  ByteBuffer bytes() {
    return buffer;
  }
}
