package dev.millrace.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.Bytes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
  record Line(String product, int quantity, BigDecimal price) {}

  record Order(
      String id,
      Instant at,
      @Nullable String customer,
      Optional<String> note,
      List<Line> lines,
      boolean gift) {}

  private final JsonCodec codec = new JsonCodec();

  private static final Order ORDER =
      new Order(
          "o-1",
          Instant.parse("2010-12-01T08:26:00Z"),
          null,
          Optional.of("n"),
          List.of(new Line("p", 2, new BigDecimal("2.50"))),
          true);

  @ParameterizedTest
  @ValueSource(strings = {"1e100000000", "1e-100000000", "-1E1001"})
  void aDecimalThatIsTooLongToWriteIsRefused(String number) {
    Bytes json = Bytes.utf8("{\"product\":\"p\",\"quantity\":1,\"price\":" + number + "}");

    assertThatThrownBy(() -> codec.decode(json, Line.class))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("exponent");
  }

  @Test
  void whatIsWrittenIsReadBackExactly() {
    assertThat(codec.decode(codec.encode(ORDER), Order.class)).isEqualTo(ORDER);
  }

  @Test
  void fieldsStandInTheOrderOfTheRecordAndNameNoClass() {
    assertThat(codec.encode(ORDER).utf8())
        .isEqualTo(
            """
            {"id":"o-1","at":"2010-12-01T08:26:00Z","customer":null,"note":"n",\
            "lines":[{"product":"p","quantity":2,"price":2.50}],"gift":true}\
            """);
  }

  @Test
  void largeAndSmallDecimalsKeepTheirDigits() {
    Line line = new Line("p", 1, new BigDecimal("0.0000000000000000001234567890123456789"));
    assertThat(codec.decode(codec.encode(line), Line.class)).isEqualTo(line);
    assertThat(codec.encode(line).utf8()).doesNotContain("E-");
  }

  @Test
  void unknownFieldsArePassedOver() {
    Line line =
        codec.decode(json("{'product':'p','quantity':1,'price':1,'new':{'x':[1]}}"), Line.class);
    assertThat(line).isEqualTo(new Line("p", 1, BigDecimal.ONE));
  }

  @Test
  void nullableAndOptionalComponentsMayBeMissing() {
    Order order =
        codec.decode(
            json("{'id':'o','at':'2010-12-01T08:26:00Z','lines':[],'gift':false}"), Order.class);
    assertThat(order.customer()).isNull();
    assertThat(order.note()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'quantity':1,'price':1}",
        "{'product':null,'quantity':1,'price':1}",
        "{'product':{'a':1},'quantity':1,'price':1}"
      })
  void aMissingNullOrWrongFieldIsNamed(String text) {
    assertThatThrownBy(() -> codec.decode(json(text), Line.class))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("Line")
        .hasMessageContaining("product");
  }

  @Test
  void aMissingPrimitiveIsNamedToo() {
    assertThatThrownBy(() -> codec.decode(json("{'product':'p','price':1}"), Line.class))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("quantity");
  }

  @Test
  void aWrongFieldDeepInsideIsNamedWithItsPath() {
    String text =
        "{'id':'o','at':'2010-12-01T08:26:00Z','lines':[{'product':'p','quantity':'x','price':1}],"
            + "'gift':false}";
    assertThatThrownBy(() -> codec.decode(json(text), Order.class))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("lines[0].quantity");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{} {}", "nonsense", "{'product':}"})
  void whatIsNoDocumentIsRefused(String text) {
    assertThatThrownBy(() -> codec.decode(json(text), Line.class))
        .isInstanceOf(CodecException.class);
  }

  @Test
  void depthTextAndDocumentAreBounded() {
    String deep = "[".repeat(JsonCodec.MAX_DEPTH + 1) + "]".repeat(JsonCodec.MAX_DEPTH + 1);
    String text = "x".repeat(JsonCodec.MAX_TEXT_LENGTH + 1);
    String number = "1".repeat(JsonCodec.MAX_NUMBER_LENGTH + 1);
    for (String beyond :
        List.of(
            "{'product':'p','quantity':1,'price':1,'more':" + deep + "}",
            "{'product':'" + text + "','quantity':1,'price':1}",
            "{'product':'p','quantity':1,'price':" + number + "}")) {
      assertThatThrownBy(() -> codec.decode(json(beyond), Line.class))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("maximum");
    }
    List<String> large = List.of(text.substring(1), text.substring(1));
    List<List<String>> tooLarge = List.of(large, large, large, large, large);
    assertThatThrownBy(() -> codec.encode(tooLarge))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("at most");
  }

  @Test
  void fieldsComeAsPlainValuesForUpcasters() {
    Map<String, Object> fields =
        codec.decodeFields(json("{'b':1.50,'a':'x','n':null,'l':[1,{'k':true}]}"));
    assertThat(fields.keySet()).containsExactly("b", "a", "n", "l");
    assertThat(fields.get("b")).isEqualTo(new BigDecimal("1.50"));
    fields.clear();
    fields.put("product", "p");
    fields.put("quantity", 3);
    fields.put("price", new BigDecimal("1.50"));
    assertThat(codec.fromFields(fields, Line.class))
        .isEqualTo(new Line("p", 3, new BigDecimal("1.50")));
    fields.remove("product");
    assertThatThrownBy(() -> codec.fromFields(fields, Line.class))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("product");
  }

  private static Bytes json(String text) {
    return Bytes.utf8(text.replace('\'', '"'));
  }
}
