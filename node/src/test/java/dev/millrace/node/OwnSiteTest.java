package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.node.http.OwnSite;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other sites, through the browser of somebody who can reach the node. */
final class OwnSiteTest {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

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

  /** Sends what the JDK's client would not: the host and the headers of a browser. */
  private String answer(String method, String path, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Content-Length: 0\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bank.node.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      return read(socket.getInputStream());
    }
  }

  /** The head and as much of a body as it announces. */
  private static String read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("the end of " + head).isNotNegative();
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head);
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return head + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
  }

  private String pause(String... headers) throws IOException {
    return answer("POST", "/api/processors/turnover/pause", headers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:80", "localhost.evil.example", "1.2.3.4.x", ""})
  void aNameThatIsNotTheNodesIsRefused(String host) throws IOException {
    assertThat(answer("GET", "/api/overview", "Host: " + host)).startsWith("HTTP/1.1 4");
    assertThat(answer("GET", "/", "Host: " + host)).doesNotContain("<html");
    assertThat(new OwnSite(Set.of("shop.internal")).isOurs(host)).isFalse();
  }

  @Test
  void aRefusalOfANameSaysWhatToDo() throws IOException {
    assertThat(answer("GET", "/api/overview", "Host: evil.example"))
        .startsWith("HTTP/1.1 421")
        .contains("application/problem+json", "unknown-host", "evil.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1:8080", "[::1]:8080", "LocalHost:1", "10.1.2.3"})
  void addressesAndLocalNamesAreTheNodes(String host) throws IOException {
    assertThat(answer("GET", "/api/overview", "Host: " + host)).startsWith("HTTP/1.1 200");
  }

  @Test
  void aNameThatTheNodeWasGivenIsItsOwn() {
    OwnSite site = new OwnSite(NodeOptions.onPort(0).named("Shop.Internal").names());

    assertThat(site.isOurs("shop.internal:8080")).isTrue();
    assertThat(site.isOurs("shop.internal.evil.example")).isFalse();
    assertThat(site.isOurs(NodeOptions.LOOPBACK)).isTrue();
  }

  @Test
  void whatAPageElsewhereWouldChangeIsRefused() throws IOException {
    String host = "Host: localhost";

    for (String[] foreign :
        new String[][] {
          {host, "Sec-Fetch-Site: cross-site"},
          {host, "Sec-Fetch-Site: same-site"},
          {host, "Sec-Fetch-Site: cross-site", "Origin: http://localhost"},
          {host, "Origin: http://evil.example"},
          {host, "Origin: http://localhost:3000"},
          {host, "Origin: null"}
        }) {
      assertThat(pause(foreign)).startsWith("HTTP/1.1 403").contains("cross-site");
    }
    assertThat(bank.millrace.processor("turnover").status().state().name()).isNotEqualTo("PAUSED");
  }

  @Test
  void itsOwnPagesAndProgramsMayChangeThings() throws IOException {
    assertThat(pause("Host: localhost", "Sec-Fetch-Site: same-origin")).startsWith("HTTP/1.1 202");
    assertThat(pause("Host: localhost:81", "Origin: http://localhost:81"))
        .startsWith("HTTP/1.1 202");
    assertThat(pause("Host: 127.0.0.1")).startsWith("HTTP/1.1 202");
    assertThat(answer("GET", "/api/overview", "Host: localhost", "Sec-Fetch-Site: cross-site"))
        .startsWith("HTTP/1.1 200");
  }
}
