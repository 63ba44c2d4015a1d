package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A window shows what is asked for, reads no more often than it must, and grows on the way. */
final class WindowTest {
  private static final int LARGEST = 1 << 18;

  private final byte[] bytes = new byte[1 << 21];
  private final List<String> reads = new ArrayList<>();
  private final ByteSource source =
      (offset, least, wanted) -> {
        int length = Math.min(Math.max(least, wanted), bytes.length - offset);
        reads.add(offset + "+" + wanted);
        return ByteBuffer.wrap(bytes, offset, length).slice();
      };

  WindowTest() {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
  }

  private Window on(int wanted) {
    Window window = new Window(wanted);
    assertThat(window.on(source)).isTrue();
    assertThat(window.on(source)).as("the same again").isFalse();
    return window;
  }

  private void assertShows(Window window, int offset, int length) {
    int at = window.show(offset, length);
    for (int i = 0; i < length; i += Math.max(1, length - 1)) {
      assertThat(window.bytes().get(at + i)).isEqualTo(bytes[offset + i]);
    }
    assertThat(at + length).isLessThanOrEqualTo(window.bytes().limit());
  }

  @Test
  void whatIsInsideIsNotReadAgain() {
    Window window = on(100);
    assertShows(window, 1_000, 10);
    assertShows(window, 1_000, 100);
    assertShows(window, 1_090, 10);
    assertThat(reads).containsExactly("1000+100");
    assertShows(window, 1_091, 10);
    assertThat(reads).hasSize(2);
    assertShows(window, 1_090, 1);
    assertThat(reads).hasSize(3);
  }

  @Test
  void itGrowsWhileTheReaderGoesStraightOn() {
    Window window = on(100);
    assertShows(window, 0, 10);
    assertShows(window, 100, 10);
    assertShows(window, 300, 10);
    assertThat(reads).containsExactly("0+200", "300+400");
  }

  @Test
  void aLeapOrAStepBackDoesNotLetItGrow() {
    Window window = on(100);
    assertShows(window, 500_000, 10);
    assertShows(window, 1_000, 10);
    assertShows(window, 700_000, 10);
    assertThat(reads).containsExactly("500000+100", "1000+100", "700000+100");
  }

  @Test
  void itGrowsToABound() {
    Window window = on(1 << 16);
    for (int at = 0; at < bytes.length - 20; at += 10_000) {
      assertShows(window, at, 20);
    }
    assertThat(reads.get(reads.size() - 1)).endsWith("+" + LARGEST);
  }

  @Test
  void whatIsLargerIsShownWhole() {
    Window window = on(100);
    assertShows(window, 50_000, 300_000);
    assertShows(window, 60_000, 100);
    assertThat(reads).hasSize(1);
  }

  @Test
  void anotherSourceIsReadAnew() {
    Window window = on(100);
    assertShows(window, 0, 10);
    assertShows(window, 200, 10);
    ByteSource other = (offset, least, wanted) -> source.read(offset, least, wanted);
    assertThat(window.on(other)).isTrue();
    assertShows(window, 200, 10);
    assertThat(reads).containsExactly("0+200", "200+400", "200+100");
  }
}
