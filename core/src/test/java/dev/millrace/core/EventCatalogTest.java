package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventCatalogTest {
  sealed interface Shop {}

  record Sold(String order, @Nullable String customer, List<String> products) implements Shop {}

  record Priced(String product, String currency, int cents) implements Shop {}

  private static final Tag<String> ORDER = Tag.named("order");
  private static final Tag<String> CUSTOMER = Tag.named("customer");
  private static final Tag<String> PRODUCT = Tag.named("product");

  private static final Events<Shop> EVENTS =
      Events.of(Shop.class)
          .tag(Sold.class, ORDER, Sold::order)
          .tag(Sold.class, CUSTOMER, Sold::customer)
          .tags(Sold.class, PRODUCT, Sold::products)
          .tag(Priced.class, PRODUCT, Priced::product)
          .name("sold", Sold.class)
          .name("priced", 3, Priced.class)
          .upcast(
              "priced",
              1,
              fields -> {
                fields.put("currency", "GBP");
                return fields;
              })
          .upcast(
              "priced",
              2,
              fields -> {
                fields.put("cents", ((Number) fields.remove("pounds")).intValue() * 100);
                return fields;
              });

  private final JsonCodec codec = new JsonCodec();

  @Test
  void anEventIsStoredUnderItsNameWithItsTagsTheSubjectFirst() {
    NewEvent stored =
        catalog(EVENTS).encode(new Sold("o-1", "c-1", List.of("p-2", "p-1")), codec, "", null);
    assertThat(stored.type()).isEqualTo("sold");
    assertThat(stored.schemaVersion()).isEqualTo(1);
    assertThat(stored.tags())
        .extracting(TagValue::toString)
        .containsExactly("order:o-1", "customer:c-1", "product:p-2", "product:p-1");
    assertThat(stored.data().utf8()).doesNotContain("dev.millrace").doesNotContain("Sold");
  }

  @Test
  void aTagWithoutValueIsLeftOutAndARepeatedOneStandsOnce() {
    NewEvent stored =
        catalog(EVENTS).encode(new Sold("o-1", null, List.of("p", "p")), codec, "", null);
    assertThat(stored.tags())
        .extracting(TagValue::toString)
        .containsExactly("order:o-1", "product:p");
  }

  @Test
  void oldVersionsGoThroughTheWholeChain() {
    EventCatalog catalog = catalog(EVENTS);
    Priced expected = new Priced("p", "GBP", 300);
    assertThat(catalog.decode(stored("priced", 1, "{'product':'p','pounds':3}"), codec))
        .isEqualTo(expected);
    assertThat(
            catalog.decode(
                stored("priced", 2, "{'product':'p','currency':'GBP','pounds':3}"), codec))
        .isEqualTo(expected);
    assertThat(
            catalog.decode(
                stored("priced", 3, "{'product':'p','currency':'GBP','cents':300}"), codec))
        .isEqualTo(expected);
  }

  @Test
  void anUnknownTypeOrANewerVersionSaysWhatToDeploy() {
    assertThatThrownBy(() -> catalog(EVENTS).decode(stored("melted", 1, "{}"), codec))
        .isInstanceOf(UnknownEventException.class)
        .hasMessageContaining("'melted'")
        .hasMessageContaining("event 7")
        .hasMessageContaining("Deploy");
    assertThatThrownBy(() -> catalog(EVENTS).decode(stored("priced", 4, "{}"), codec))
        .isInstanceOf(UnknownEventException.class)
        .hasMessageContaining("version 4")
        .hasMessageContaining("up to version 3");
  }

  @Test
  void dataThatDoesNotFitNamesEventAndField() {
    assertThatThrownBy(() -> catalog(EVENTS).decode(stored("priced", 3, "{'product':'p'}"), codec))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("event 7 'priced'")
        .hasMessageContaining("currency")
        .hasMessageContaining("upcaster");
  }

  @Test
  void whatIsNotWholeIsRefusedAtStart() {
    refused(Events.of(Shop.class).name("sold", Sold.class), "Priced is an event without a name");
    refused(
        Events.of(Shop.class).name("a", Sold.class).name("a", Priced.class),
        "two events are named 'a'");
    refused(
        Events.of(Shop.class)
            .name("sold", Sold.class)
            .name("priced", Priced.class)
            .name("again", Priced.class),
        "Priced is named twice");
    refused(
        Events.of(Shop.class).name("sold", Sold.class).name("priced", 2, Priced.class),
        "no upcaster from version 1 to 2");
    refused(EVENTS.upcast("sold", 1, fields -> fields), "leads nowhere");
    refused(EVENTS.upcast("melted", 1, fields -> fields), "which no event is named");
    refused(EVENTS.upcast("priced", 2, fields -> fields), "two upcasters from version 2");
    refused(Events.of(Shop.class).name("shop", Shop.class), "name concrete classes");
  }

  private static void refused(Events<Shop> events, String because) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> catalog(events))
        .withMessageContaining("context 'shop'")
        .withMessageContaining(because);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void anEventThatCouldNotBeReadBackIsNotStored() {
    String longer = "x".repeat(JsonCodec.MAX_TEXT_LENGTH + 100_000);
    for (Shop event : List.of(new Priced("p", longer, 1), new Priced("p", null, 1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> catalog(EVENTS).encode(event, codec, "", null))
          .withMessageContaining("event 'priced' could not be read back, so it is not stored")
          .withMessageContaining("currency");
    }
  }

  private static EventCatalog catalog(Events<Shop> events) {
    return new EventCatalog("shop", events);
  }

  private static RecordedEvent stored(String type, int version, String json) {
    return new RecordedEvent(
        7,
        new EventId(new UUID(0, 7), 0),
        type,
        version,
        Instant.EPOCH,
        Tenant.DEFAULT,
        List.of(),
        Bytes.utf8(json.replace('\'', '"')),
        Metadata.NONE);
  }
}
