package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as files: types, caching, packing, and the headers that keep a page safe. */
final class ConsolePageTest {
  private static final Pattern SCRIPT = Pattern.compile("src=\"(/assets/index-[^\"]+\\.js)\"");

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

  private String script() {
    Matcher script = SCRIPT.matcher(bank.get("/").body());
    assertThat(script.find()).isTrue();
    return script.group(1);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void thePageIsServedWithHeadersThatKeepItSafe() {
    HttpResponse<String> page = bank.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(page.body()).contains("<title>Millrace</title>").doesNotContain("<script>");
  }

  @Test
  void aFileThatIsNamedByItsContentIsKeptForever() {
    HttpResponse<String> script = bank.get(script());

    assertThat(header(script, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(header(script, "Cache-Control")).contains("immutable", "max-age=31536000");
    assertThat(header(bank.get("/assets/icon.svg"), "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(bank.get("/assets/icon.svg"), "Content-Type")).isEqualTo("image/svg+xml");
  }

  @Test
  void whatAClientHasIsNotSentAgain() {
    String etag = header(bank.get("/"), "ETag");

    HttpResponse<String> again = bank.get("/", "If-None-Match", "\"other\", " + etag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(bank.get("/", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void textIsSentPackedToThoseWhoUnpackIt() throws Exception {
    String path = script();
    HttpRequest request = bank.request(path).header("Accept-Encoding", "br, gzip;q=0.5").build();
    HttpResponse<java.io.InputStream> packed =
        bank.client.send(request, HttpResponse.BodyHandlers.ofInputStream());

    assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
    assertThat(header(packed, "Vary")).isEqualTo("Accept-Encoding");
    byte[] unpacked = new GZIPInputStream(packed.body()).readAllBytes();
    HttpResponse<String> plain = bank.get(path, "Accept-Encoding", "gzip;q=0");
    assertThat(header(plain, "Content-Encoding")).isEmpty();
    assertThat(new String(unpacked, StandardCharsets.UTF_8)).isEqualTo(plain.body());
  }

  @Test
  void aPathThatIsNoneIsAProblemForBrowsersToo() {
    String html = "text/html";
    CommandsTest.assertProblem(bank.get("/api/nothing", "Accept", html), 404, "not-found");
    CommandsTest.assertProblem(bank.get("/index.html", "Accept", html), 404, "not-found");
    CommandsTest.assertProblem(bank.get("/assets/nothing.js"), 404, "not-found");
    CommandsTest.assertProblem(bank.get("/assets/..%2ffiles.txt"), 404, "not-found");
    CommandsTest.assertProblem(bank.get("/assets/index.html"), 404, "not-found");
  }
}
