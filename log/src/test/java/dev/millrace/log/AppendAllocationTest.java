package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an append allocates: for its caller the future that it waits for, for the writer the answer
 * and what the index keeps, nothing for each event.
 */
final class AppendAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WAITING = 100;

  @TempDir Path folder;
  private long ids;

  /** Bytes of one append. */
  private record Allocated(double caller, double writer) {}

  private static Set<Long> writers() {
    ThreadInfo[] all = THREADS.getThreadInfo(THREADS.getAllThreadIds());
    return Arrays.stream(all)
        .filter(info -> info != null && info.getThreadName().equals("millrace-log-writer"))
        .map(ThreadInfo::getThreadId)
        .collect(Collectors.toSet());
  }

  private Allocated allocated(int events, int rounds) {
    Set<Long> others = writers();
    try (LogEventStore store =
        LogEventStore.open(RealDisk.at(folder), SystemSeams.shared(), LogOptions.DEFAULT)) {
      Set<Long> mine = writers();
      mine.removeAll(others);
      assertThat(mine).hasSize(1);
      long writer = mine.iterator().next();
      List<NewEvent> content = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        TagValue tag = new TagValue("account", "a-" + i);
        content.add(new NewEvent("deposited", 1, List.of(tag), Bytes.wrap(new byte[256])));
      }
      assertThat(round(store, content, rounds / 2)).isPositive(); // loads classes, fills tables
      long before = THREADS.getThreadAllocatedBytes(writer);
      long caller = round(store, content, rounds);
      double appends = (double) rounds * WAITING;
      assertThat(store.head()).isEqualTo(ids * events);
      long written = THREADS.getThreadAllocatedBytes(writer) - before;
      return new Allocated(caller / appends, written / appends);
    }
  }

  /** Appends and waits for the answers; what the calls of append themselves allocated. */
  private long round(LogEventStore store, List<NewEvent> content, int rounds) {
    List<Append> appends = new ArrayList<>();
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    long allocated = 0;
    for (int i = 0; i < rounds; i++) {
      appends.clear();
      answers.clear();
      for (int j = 0; j < WAITING; j++) {
        appends.add(Append.of(new UUID(ids++, 1), content));
      }
      answers.add(store.append(appends.get(0)));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int j = 1; j < WAITING; j++) {
        answers.add(store.append(appends.get(j)));
      }
      allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
      answers.forEach(CompletableFuture::join);
    }
    return allocated;
  }

  @Test
  void anAppendOfOneEventAllocatesItsFutureItsAnswerAndItsPlaceInTheIndex() {
    Allocated one = allocated(1, 300);
    assertThat(one.caller()).as("bytes that the caller allocates").isLessThan(100);
    assertThat(one.writer()).as("bytes that the writer allocates").isLessThan(200);
  }

  @Test
  void moreEventsOfAnAppendAllocateOnlyTheirPlaceInTheIndex() {
    Allocated hundred = allocated(100, 20);
    assertThat(hundred.caller()).as("bytes that the caller allocates").isLessThan(100);
    assertThat(hundred.writer() / 100)
        .as("bytes that the writer allocates for an event")
        .isLessThan(24);
  }
}
