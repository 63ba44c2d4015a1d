package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Tracing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that begin a request and do not go on, or do not read the answer. */
final class StallingClientsTest {
  private static final String REQUEST_LINE = "GET /api/overview HTTP/1.1\r\n";
  private static final int CONNECTIONS = 50;
  private static final int END = -1;

  @TempDir Path folder;
  private RunningBank bank;

  private static final NodeLimits LIMITS =
      NodeLimits.DEFAULT
          .times(Duration.ofMillis(200), Duration.ofSeconds(20), Duration.ofMillis(50))
          .connecting(CONNECTIONS);

  @BeforeEach
  void open() {
    bank = RunningBank.open(folder, LIMITS, Tracing.NONE);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  private Socket connect(String sent) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), bank.node.port());
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /** Without an answer: the next byte is the end. */
  private static void assertIsClosed(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(END);
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching("(Broken pipe|Connection reset).*");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /api/over",
        REQUEST_LINE,
        REQUEST_LINE + "Host: localhost\r\nAcc",
        REQUEST_LINE + "Host: localhost\r\n"
      })
  void aConnectionOnWhichTheHeadDoesNotComeIsClosed(String sent) throws IOException {
    try (Socket stalling = connect(sent)) {
      assertIsClosed(stalling);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /", REQUEST_LINE + "Host: localhost\r\nA: "})
  @Timeout(60)
  void aByteNowAndThenDoesNotKeepItOpen(String sent) throws IOException {
    try (Socket dripping = connect(sent)) {
      dripping.setSoTimeout(10);
      while (isOpen(dripping)) {
        dripping.getOutputStream().write('a');
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching("(Broken pipe|Connection reset).*");
    }
  }

  private static boolean isOpen(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() != END;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Test
  void aSecondRequestThatStallsIsClosedToo() throws IOException {
    try (Socket keptAlive =
        connect(REQUEST_LINE + "Host: localhost\r\n\r\n" + REQUEST_LINE + "Hos")) {
      String answers =
          new String(keptAlive.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answers).containsOnlyOnce("HTTP/1.1 200");
    }
  }

  @Test
  void whoeverWaitsBehindAThousandOfThemIsServed() throws IOException {
    List<Socket> stalling = new ArrayList<>();
    try {
      for (int i = 0; i < 20 * CONNECTIONS; i++) {
        stalling.add(connect(REQUEST_LINE + "Host: localhost\r\nAcc"));
      }
      bank.deposit("a-1", 1);
      for (Socket socket : stalling) {
        assertIsClosed(socket);
      }
    } finally {
      for (Socket socket : stalling) {
        socket.close();
      }
    }
    assertThat(bank.millrace.store("bank").head()).isEqualTo(1);
  }

  @Test
  void whoDoesNotReadHisAnswersMakesRoomForOthers(@TempDir Path another) throws IOException {
    String requests = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000);
    try (RunningBank single = RunningBank.open(another, LIMITS.connecting(1), Tracing.NONE);
        Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4_096);
      deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), single.node.port()));
      deaf.getOutputStream().write(requests.getBytes(StandardCharsets.UTF_8));

      single.deposit("a-1", 1);
    }
  }

  @Test
  void aTailThatIsReadStaysOpenWithoutEvents() throws IOException {
    try (Socket tail = connect("GET /api/contexts/bank/tail HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      byte[] heartbeats = tail.getInputStream().readNBytes(2_000); // beyond the time of an answer
      bank.deposit("a-1", 1);
      StringBuilder text = new StringBuilder(new String(heartbeats, StandardCharsets.UTF_8));
      while (text.indexOf("\"deposited\"") < 0) {
        int next = tail.getInputStream().read();
        assertThat(next).isNotEqualTo(END);
        text.append((char) next);
      }
    }
  }
}
