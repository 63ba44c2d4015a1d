package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.id;
import static dev.millrace.testkit.contract.Samples.numbered;
import static dev.millrace.testkit.contract.Samples.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendTooLargeException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is appended is stored as it is, whole and in order. */
abstract class AppendTests extends StoreTests {

  AppendTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void anEmptyStoreHasNothing() {
    assertThat(store().head()).isZero();
    assertThat(everything()).isEmpty();
    assertThat(store().find(id())).isEmpty();
    assertThat(store().identity().epoch()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void theIdentityStaysTheSame() throws Exception {
    var before = store().identity();
    answer(append(event("a")));
    assertThat(restart().identity()).isEqualTo(before);
  }

  @Test
  void everyFieldComesBackAsItWas() throws Exception {
    NewEvent first = new NewEvent("first", 7, tags("order:42", "customer:7"), Bytes.utf8("data"));
    NewEvent second = new NewEvent("second", 32_767, List.of(), Bytes.EMPTY);
    Metadata metadata = new Metadata("correlation", "causation", "00-trace-01", "actor");
    Append append = Append.of(id(), List.of(first, second)).forTenant(new Tenant("acme"));
    Appended answer = stored(append.with(metadata));
    for (int start = 0; start < 2; start++) {
      List<RecordedEvent> events = everything();
      assertThat(events).hasSize(2);
      assertRecorded(events.get(0), append, 0, answer.first(), answer, metadata);
      assertRecorded(events.get(1), append, 1, answer.last(), answer, metadata);
      restart();
    }
  }

  private static void assertRecorded(
      RecordedEvent found,
      Append append,
      int ordinal,
      long position,
      Appended answer,
      Metadata metadata) {
    NewEvent event = append.events().get(ordinal);
    assertThat(found)
        .isEqualTo(
            new RecordedEvent(
                position,
                new EventId(append.id(), ordinal),
                event.type(),
                event.schemaVersion(),
                answer.time(),
                append.tenant(),
                event.tags(),
                event.data(),
                metadata));
  }

  @Test
  void whatIsUnknownInTheMetadataStaysUnknown() throws Exception {
    List<Metadata> sparse =
        List.of(
            Metadata.NONE,
            new Metadata("correlation", null, null, null),
            new Metadata(null, "causation", null, null),
            new Metadata(null, null, "trace", null),
            new Metadata(null, null, null, "actor"),
            new Metadata("", "", "", ""));
    sparse.forEach(metadata -> stored(append(event("a")).with(metadata)));
    assertThat(everything()).extracting(RecordedEvent::metadata).isEqualTo(sparse);
    restart();
    assertThat(everything()).extracting(RecordedEvent::metadata).isEqualTo(sparse);
  }

  @Test
  void whatIsKnownOfAnAppendIsFoundByItsId() throws Exception {
    CommandRecord command = new CommandRecord("request-1", "pay", -5, Bytes.utf8("{\"a\":1}"));
    CommandRecord bare = new CommandRecord("request-2", "pay", Long.MAX_VALUE, null);
    Metadata metadata = new Metadata("correlation", "causation", "trace", "actor");
    Append full = append(event("a"), event("b")).with(metadata).causedBy(command);
    Append other = append(event("c")).causedBy(bare);
    Append plain = append(event("d"));
    List<Append> appends = List.of(full, other, plain);
    List<Appended> answers = appends.stream().map(this::stored).toList();
    for (int start = 0; start < 2; start++) {
      for (int i = 0; i < appends.size(); i++) {
        Append append = appends.get(i);
        Appended answer = answers.get(i);
        assertThat(store().find(append.id()))
            .contains(
                new StoredAppend(
                    append.id(),
                    answer.first(),
                    answer.last(),
                    answer.time(),
                    append.metadata(),
                    append.command()));
      }
      assertThat(store().find(id())).isEmpty();
      restart();
    }
  }

  @Test
  void tagsKeepTheirOrderAndTheirCharacters() throws Exception {
    List<TagValue> tags =
        new ArrayList<>(tags("z:last", "a:first", "m:with:colons", "ключ:значение", "b:漢字 😀"));
    tags.add(
        new TagValue("n".repeat(TagValue.MAX_NAME_LENGTH), "v".repeat(TagValue.MAX_VALUE_LENGTH)));
    tags.add(new TagValue("emoji", "😀".repeat(TagValue.MAX_VALUE_LENGTH / 2)));
    tags.add(new TagValue("blank", " "));
    stored(append(new NewEvent("tagged", 1, tags, Bytes.EMPTY)));
    restart();
    RecordedEvent found = everything().get(0);
    assertThat(found.tags()).isEqualTo(tags);
    assertThat(found.subject()).isEqualTo(tags.get(0));
    for (TagValue tag : tags) {
      assertThat(readAll(Query.tags(tag))).as("by %s", tag).containsExactly(found);
    }
  }

  @Test
  void anEventMayHaveAsManyTagsAndAsLongANameAsIsAllowed() {
    List<TagValue> tags = new ArrayList<>();
    for (int i = 0; i < NewEvent.MAX_TAGS; i++) {
      tags.add(new TagValue("tag", "value-" + i));
    }
    String type = "ß".repeat(NewEvent.MAX_TYPE_LENGTH);
    stored(append(new NewEvent(type, 1, tags, Bytes.utf8("x"))));
    assertThat(readAll(Query.types(type)))
        .singleElement()
        .extracting(RecordedEvent::tags)
        .isEqualTo(tags);
    assertThat(readAll(Query.tags(tags.toArray(new TagValue[0])))).hasSize(1);
  }

  @Test
  void dataOfAnySizeComeBack() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Bytes> data = new ArrayList<>();
    for (int size : new int[] {0, 1, 7, 8, 511, 512, 4_095, 4_096, 65_535, 65_536, 700_000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      data.add(Bytes.wrap(bytes));
    }
    byte[] nothing = new byte[100_000];
    byte[] ones = new byte[100_000];
    Arrays.fill(ones, (byte) 0xFF);
    data.add(Bytes.wrap(nothing));
    data.add(Bytes.wrap(ones));
    data.forEach(bytes -> stored(append(event("sized", bytes))));
    assertThat(everything()).extracting(RecordedEvent::data).isEqualTo(data);
    restart();
    assertThat(everything()).extracting(RecordedEvent::data).isEqualTo(data);
  }

  @Test
  void aThousandEventsGoInTogether() throws Exception {
    stored(append(event("before")));
    NewEvent[] events = new NewEvent[1_000];
    for (int i = 0; i < events.length; i++) {
      events[i] = numbered("many", i, "nth:" + i % 10);
    }
    Appended answer = stored(append(events));
    stored(append(event("after")));
    for (int start = 0; start < 2; start++) {
      List<RecordedEvent> many = readAll(Query.types("many"));
      assertThat(many).extracting(event -> event.data().utf8()).hasSize(1_000).startsWith("0", "1");
      assertThat(many).extracting(event -> event.id().ordinal()).isSorted().endsWith(998, 999);
      assertThat(many.get(0).position()).isEqualTo(answer.first());
      assertThat(many.get(999).position()).isEqualTo(answer.last());
      assertThat(readAll(Query.tags(Samples.tag("nth:3")))).hasSize(100);
      restart();
    }
  }

  @Test
  void anAppendThatIsTooLargeIsRefusedOrStoredWhole() {
    NewEvent[] events = new NewEvent[64];
    Arrays.fill(events, event("large", Bytes.wrap(new byte[1 << 20])));
    CompletableFuture<AppendResult> answer = store().append(append(events));
    try {
      await(answer);
      assertThat(readAll(Query.types("large"))).hasSize(64);
    } catch (AppendTooLargeException refused) {
      assertThat(everything()).isEmpty();
    }
    stored(append(event("next")));
    assertThat(readAll(Query.types("next"))).hasSize(1);
  }

  @Test
  void positionsGrowAndAppendsDoNotMix() {
    List<Appended> answers = new ArrayList<>();
    List<UUID> order = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Append append = append(numbered("a", i), numbered("b", i), numbered("c", i));
      answers.add(stored(append));
      order.add(append.id());
    }
    long before = 0;
    for (Appended answer : answers) {
      assertThat(answer.first()).isGreaterThan(before);
      assertThat(answer.last()).isGreaterThanOrEqualTo(answer.first() + 2);
      assertThat(answer.repeated()).isFalse();
      before = answer.last();
    }
    List<RecordedEvent> events = everything();
    assertThat(events).extracting(RecordedEvent::position).isSorted().doesNotHaveDuplicates();
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).id()).isEqualTo(new EventId(order.get(i / 3), i % 3));
    }
    assertThat(store().head()).isEqualTo(before);
  }

  @Test
  void whatWasAnsweredIsSeenAtOnce() {
    for (int i = 0; i < 200; i++) {
      Append append = append(numbered("a", i), numbered("b", i));
      Appended answer = stored(append);
      assertThat(store().head()).isGreaterThanOrEqualTo(answer.last());
      assertThat(store().find(append.id())).isPresent();
      assertThat(store().read(Query.all(), answer.first(), Direction.FORWARD, 10).events())
          .extracting(event -> event.data().utf8())
          .containsExactly(Integer.toString(i), Integer.toString(i));
    }
  }

  @Test
  void whatHasBeenReadStaysAsItWasWhenMoreComesAndAfterARestart() throws Exception {
    for (int i = 0; i < 50; i++) {
      stored(append(numbered("a", i, "n:" + i)));
    }
    List<RecordedEvent> before = everything();
    for (int i = 50; i < 60; i++) {
      stored(append(numbered("a", i, "n:" + i)));
    }
    assertThat(everything()).startsWith(before.toArray(new RecordedEvent[0])).hasSize(60);
    long head = store().head();
    assertThat(restart().head()).isEqualTo(head);
    assertThat(everything()).startsWith(before.toArray(new RecordedEvent[0])).hasSize(60);
    assertThat(stored(append(event("next"))).first()).isGreaterThan(head);
  }
}
