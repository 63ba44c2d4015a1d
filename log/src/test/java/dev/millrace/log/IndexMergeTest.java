package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Indexes of many segments are merged, and answer like none at all. */
final class IndexMergeTest {
  private static final int TAGS = 40;
  private static final int TYPES = 3;

  private final Random random = new Random(20);
  private final List<Append> appends = new ArrayList<>();
  private final Simulation simulation = Simulation.of(20);

  private LogEventStore open(SimDisk disk) {
    return simulation.await(LogEventStore.opening(disk, simulation.seams(), Workloads.TINY));
  }

  private void close(LogEventStore store) {
    simulation.await(store.closing());
  }

  private Append draw() {
    List<NewEvent> events = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      List<TagValue> tags = new ArrayList<>();
      for (int tag = random.nextInt(3); tag > 0; tag--) {
        TagValue value = new TagValue("n", "" + random.nextInt(TAGS));
        if (!tags.contains(value)) {
          tags.add(value);
        }
      }
      byte[] data = new byte[random.nextInt(300, 1_500)];
      random.nextBytes(data);
      events.add(new NewEvent("type-" + random.nextInt(TYPES), 1, tags, Bytes.wrap(data)));
    }
    Append append = Append.of(new UUID(random.nextLong(), random.nextLong()), events);
    appends.add(append);
    return append;
  }

  private SimDisk history(int count) {
    SimDisk disk = simulation.disk();
    LogEventStore store = open(disk);
    for (int i = 0; i < count; i++) {
      simulation.await(store.append(draw()));
    }
    close(store);
    settle(disk);
    return disk;
  }

  /** Opens until all indexes are made and merged. */
  private void settle(SimDisk disk) {
    LogEventStore store = open(disk);
    settle();
    close(store);
  }

  private void settle() {
    simulation.scheduler().runUntilIdle();
  }

  private static List<String> indexes(SimDisk disk) throws IOException {
    return disk.list().stream().filter(name -> name.endsWith(".idx")).toList();
  }

  private void checkAnswers(LogEventStore store) {
    long position = 1;
    List<RecordedEvent> expected = new ArrayList<>(Evidence.everything(store));
    for (Append append : appends) {
      assertThat(store.find(append.id()))
          .get()
          .extracting(found -> found.first())
          .isEqualTo(position);
      position += append.events().size();
    }
    assertThat(expected).hasSize((int) position - 1);
    for (int tag = 0; tag < TAGS; tag++) {
      TagValue value = new TagValue("n", "" + tag);
      Query query = Query.tags(value);
      List<Long> matching =
          expected.stream()
              .filter(event -> event.tags().contains(value))
              .map(RecordedEvent::position)
              .toList();
      assertThat(positions(store, query, 0, Direction.FORWARD)).isEqualTo(matching);
      assertThat(positions(store, query, Long.MAX_VALUE, Direction.BACKWARD))
          .isEqualTo(matching.reversed());
    }
    for (int type = 0; type < TYPES; type++) {
      String name = "type-" + type;
      List<Long> matching =
          expected.stream()
              .filter(event -> event.type().equals(name))
              .map(RecordedEvent::position)
              .toList();
      assertThat(positions(store, Query.types(name), 0, Direction.FORWARD)).isEqualTo(matching);
    }
  }

  private static List<Long> positions(
      LogEventStore store, Query query, long from, Direction direction) {
    return store.read(query, from, direction, 100_000).events().stream()
        .map(RecordedEvent::position)
        .toList();
  }

  @Test
  void runsOfFourLevelsAnswerLikeAReadOfEverything() throws IOException {
    SimDisk disk = history(450);
    assertThat(indexes(disk))
        .as("one file for 256 segments, and few for the rest")
        .contains("000000000001-000000000256.idx")
        .hasSizeLessThan(14);
    LogEventStore store = open(disk);
    assertThat(store.recovery().rebuiltIndexes()).isZero();
    checkAnswers(store);
    close(store);
    assertThat(LogFolder.verify(disk).damage()).isEmpty();
  }

  @Test
  void appendsAndConditionsSeeWhatStandsInMergedIndexes() {
    SimDisk disk = history(60);
    LogEventStore store = open(disk);
    for (Append append : List.copyOf(appends)) {
      AppendResult again = simulation.await(store.append(append));
      assertThat(((AppendResult.Appended) again).repeated()).isTrue();
    }
    List<RecordedEvent> events = Evidence.everything(store);
    for (int tag = 0; tag < TAGS; tag++) {
      TagValue value = new TagValue("n", "" + tag);
      long newest =
          events.stream()
              .filter(event -> event.tags().contains(value))
              .mapToLong(RecordedEvent::position)
              .max()
              .orElse(0);
      if (newest > 0) {
        Append append = draw();
        appends.remove(append);
        assertThat(
                simulation.await(
                    store.append(
                        append.onlyIf(new AppendCondition(Query.tags(value), newest - 1)))))
            .isEqualTo(new AppendResult.Conflict(newest));
      }
    }
    close(store);
  }

  @Test
  void anyLostOrDamagedIndexIsMadeAgainWhileTheStoreServes() throws IOException {
    SimDisk disk = history(60);
    for (String name : indexes(disk)) {
      for (int change = 0; change < 12; change++) {
        SimDisk copy = disk.afterKill(DiskSettings.PLAIN);
        if (change == 0) {
          copy.delete(name);
        } else {
          long size = copy.open(name).size();
          copy.flip(name, random.nextLong(size), 1 << random.nextInt(8));
        }
        LogEventStore store = open(copy);
        checkAnswers(store);
        simulation.await(store.append(appends.get(random.nextInt(appends.size()))));
        settle();
        checkAnswers(store);
        close(store);
        assertThat(LogFolder.verify(copy).damage()).isEmpty();
      }
    }
  }

  @Test
  void anAppendThatMeetsADamagedIndexIsTakenLater() throws IOException {
    SimDisk disk = history(60);
    String name = indexes(disk).get(0);
    long size = disk.open(name).size();
    for (long at = 0; at < size; at += 61) {
      SimDisk copy = disk.afterKill(DiskSettings.PLAIN);
      copy.flip(name, at, 16);
      LogEventStore store = open(copy);
      AppendResult answer = null;
      for (int attempt = 0; answer == null; attempt++) {
        assertThat(attempt).isLessThan(3);
        try {
          answer = simulation.await(store.append(appends.get(0)));
        } catch (CompletionException | dev.millrace.core.store.StoreOverloadedException e) {
          assertThat(e).hasMessageContaining("made again");
        }
        settle();
      }
      assertThat(((AppendResult.Appended) answer).repeated()).isTrue();
      close(store);
    }
  }
}
