package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.StoreIdentity;
import java.nio.ByteBuffer;
import java.util.UUID;

/** A page is a header only as it was written. */
final class SegmentHeaderFuzzTest {

  @FuzzTest(maxDuration = "2m")
  void aChangedPage(FuzzedDataProvider chosen) {
    SegmentHeader header =
        new SegmentHeader(new StoreIdentity(new UUID(1, 2), 3), 4, 5, 6, 7, 8, 9, 10, null);
    byte[] page = header.encode();
    byte[] changed = page.clone();
    int at = chosen.consumeInt(0, page.length - 1);
    byte[] some = chosen.consumeRemainingAsBytes();
    System.arraycopy(some, 0, changed, at, Math.min(some.length, page.length - at));
    try {
      SegmentHeader decoded = SegmentHeader.decode(ByteBuffer.wrap(changed));
      assertThat(decoded).isEqualTo(java.util.Arrays.equals(page, changed) ? header : null);
    } catch (SegmentHeader.WrongVersion newer) {
      assertThat(changed).isNotEqualTo(page);
    }
  }
}
