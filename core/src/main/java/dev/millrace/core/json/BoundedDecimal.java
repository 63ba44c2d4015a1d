package dev.millrace.core.json;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.NumberDeserializers;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Reads decimals with a bounded exponent. A few characters can say a number that takes gigabytes
 * when it is written out, compared or added.
 */
final class BoundedDecimal extends StdScalarDeserializer<BigDecimal> {
  BoundedDecimal() {
    super(BigDecimal.class);
  }

  @Override
  public BigDecimal deserialize(JsonParser parser, DeserializationContext context) {
    BigDecimal number =
        NumberDeserializers.BigDecimalDeserializer.instance.deserialize(parser, context);
    if (number != null && Math.abs((long) number.scale()) > JsonCodec.MAX_SCALE) {
      throw context.weirdNumberException(
          0, BigDecimal.class, "the exponent is beyond " + JsonCodec.MAX_SCALE);
    }
    return number;
  }
}
