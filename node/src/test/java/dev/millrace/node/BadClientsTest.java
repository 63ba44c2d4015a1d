package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Tracing;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, broken, gone, or too many. */
final class BadClientsTest {
  private static final String COMMAND = "POST /api/contexts/bank/commands/deposit HTTP/1.1\r\n";

  @TempDir Path folder;
  private RunningBank bank;

  @BeforeEach
  void open() {
    bank = RunningBank.open(folder, RunningBank.LIMITS.atATime(1, 4, 2_000), Tracing.NONE);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  private Socket connect(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), bank.node.port());
    socket.setSoTimeout(20_000);
    OutputStream out = socket.getOutputStream();
    out.write(request.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return socket;
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aBodyThatDoesNotComeIsToldSoAndOthersGoOn() throws IOException {
    String begun =
        COMMAND + "Host: localhost\r\nIdempotency-Key: slow\r\nContent-Length: 99\r\n\r\n{";
    try (Socket body = connect(begun)) {
      bank.deposit("a-1", 1);

      assertThat(rest(body)).contains("408").contains("too-slow");
    }
    assertThat(bank.millrace.store("bank").head()).isEqualTo(1);
  }

  @Test
  void aBodyBeyondTheBoundIsRefusedBeforeItIsSent() throws IOException {
    String announced =
        COMMAND + "Host: localhost\r\nIdempotency-Key: l\r\nContent-Length: 2000000\r\n\r\n";
    try (Socket large = connect(announced)) {
      assertThat(rest(large)).contains("413").contains("body-too-large").contains("1048576");
    }
  }

  @Test
  void aBodyThatDoesNotSayItsLengthIsBoundedToo() throws IOException {
    String chunked =
        COMMAND + "Host: localhost\r\nIdempotency-Key: c\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (Socket large = connect(chunked)) {
      OutputStream out = large.getOutputStream();
      byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 64; i++) {
        out.write(chunk);
      }
      assertThat(rest(large)).contains("413");
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageMatching("(Broken pipe|Connection reset).*"); // cut off in the middle
    }
    assertThat(bank.millrace.store("bank").head()).isZero();
  }

  private static final String DEPOSIT = "{\"account\":\"a-1\",\"cents\":1}";

  private static final String WITHIN =
      COMMAND
          + "Host: localhost\r\nIdempotency-Key: within\r\nContent-Length: "
          + DEPOSIT.length()
          + "\r\n\r\n"
          + DEPOSIT;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /nope HTTP/1.1\r\nHost: localhost\r\n",
        "POST /nope HTTP/1.1\r\nHost: elsewhere.example\r\n",
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\n",
        COMMAND + "Host: localhost\r\n"
      })
  void aBodyThatWasAnnouncedIsNeverReadAsTheNextRequest(String head) throws IOException {
    String announced =
        head + "Expect: 100-continue\r\nContent-Length: " + WITHIN.length() + "\r\n\r\n";
    try (Socket socket = connect(announced + WITHIN)) {
      assertThat(rest(socket)).containsOnlyOnce("HTTP/1.1 ");
    }
    assertThat(bank.millrace.store("bank").head()).isZero();
  }

  @Test
  void theRestOfABodyBeyondTheBoundIsNeverReadAsTheNextRequest() throws IOException {
    String large =
        COMMAND
            + "Host: localhost\r\nIdempotency-Key: c\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "7fffffff\r\n";
    try (Socket socket = connect(large + WITHIN)) {
      assertThat(rest(socket)).contains("413").containsOnlyOnce("HTTP/1.1 ");
    }
    assertThat(bank.millrace.store("bank").head()).isZero();
  }

  @Test
  void aMalformedRequestIsRefusedWithAProblem() throws IOException {
    try (Socket socket = connect("GET /api/overview HTTP/1.1\r\nHost x\r\n\r\n")) {
      assertThat(rest(socket)).contains("400").contains("application/problem+json");
    }
  }

  @Test
  void aClientThatGoesAwayBeforeTheAnswerHasStillSentItsCommand() throws IOException {
    String body = "{\"account\":\"a-1\",\"cents\":1}";
    connect(
            COMMAND
                + "Host: localhost\r\nIdempotency-Key: gone\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
        .close();
    HttpResponse<String> again = bank.command("deposit", body, "gone");
    while (again.statusCode() == 503) { // the first is being decided
      again = bank.command("deposit", body, "gone");
    }

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(bank.millrace.store("bank").head()).isEqualTo(1);
  }

  @Test
  void commandsBeyondTheBoundAreRefusedEarlyAndNoneIsLost() {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      HttpRequest request =
          bank.request("/api/contexts/bank/commands/deposit")
              .header("Idempotency-Key", "k-" + i)
              .POST(HttpRequest.BodyPublishers.ofString("{\"account\":\"a\",\"cents\":1}"))
              .build();
      answers.add(bank.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    long accepted = 0;
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      HttpResponse<String> response = answer.join();
      if (response.statusCode() == 200) {
        accepted++;
      } else {
        CommandsTest.assertProblem(response, 503, "overloaded");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
      }
    }
    assertThat(accepted).isBetween(1L, 199L);
    assertThat(bank.millrace.store("bank").head()).isEqualTo(accepted);
    bank.deposit("a", 1);
  }

  @Test
  void aThousandIdleTailsAreServedAndDoNotStopCommands() throws IOException {
    List<Socket> tails = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        tails.add(
            connect(
                "GET /api/contexts/bank/tail?tag=account:idle HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      }
      while (bank.getJson("/api/overview").get("tails").asLong() < 1_000) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < 50; i++) {
        bank.deposit("busy", 1);
      }
      bank.deposit("idle", 1);
      for (Socket tail : List.of(tails.get(0), tails.get(999))) {
        assertThat(awaitText(tail, "account:idle")).contains("\"deposited\"");
      }
    } finally {
      for (Socket tail : tails) {
        tail.close();
      }
    }
  }

  private static String awaitText(Socket socket, String wanted) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8_192];
    while (text.indexOf(wanted) < 0) {
      int read = socket.getInputStream().read(buffer);
      assertThat(read).isPositive();
      text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
