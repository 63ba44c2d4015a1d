package dev.millrace.core.json;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.SealedValue;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writes personal values: for a store as an object that says it is sealed, else in clear. {@code
 * {"forgotten":true}} is one that was forgotten.
 */
final class PersonalWriter extends StdSerializer<Personal<?>> {
  static final String SEALED = "sealed";
  static final String KEY = "key";
  static final String AT = "at";
  static final String NONCE = "nonce";
  static final String TEXT = "text";
  static final String FORGOTTEN = "forgotten";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final Function<Object, Bytes> encode;

  PersonalWriter(Function<Object, Bytes> encode) {
    super(Personal.class);
    this.encode = encode;
  }

  @Override
  public void serialize(Personal<?> value, JsonGenerator json, SerializationContext context) {
    if (context.getAttribute(PersonalFields.class) instanceof PersonalFields personal) {
      write(json, personal.write(path(json.streamWriteContext()), value, encode));
      return;
    }
    switch (value.read()) {
      case Personal.Known<?>(Object known) -> context.writeValue(json, known);
      case Personal.Forgotten<?> forgotten -> write(json, null);
    }
  }

  /** Where the next value will stand: a list counts an element when it has begun. */
  private static String path(TokenStreamContext at) {
    JsonPointer last = at.pathAsPointer();
    if (!at.inArray()) {
      return last.toString();
    }
    JsonPointer list = at.hasCurrentIndex() ? last.head() : last;
    return list + "/" + (at.hasCurrentIndex() ? at.getCurrentIndex() + 1 : 0);
  }

  private static void write(JsonGenerator json, @Nullable SealedValue sealed) {
    json.writeStartObject();
    if (sealed == null) {
      json.writeBooleanProperty(FORGOTTEN, true);
    } else {
      json.writeStringProperty(SEALED, SealedValue.ALGORITHM);
      json.writeStringProperty(KEY, sealed.key().toString());
      json.writeStringProperty(AT, sealed.at());
      json.writeStringProperty(NONCE, BASE64.encodeToString(sealed.nonce().toArray()));
      json.writeStringProperty(TEXT, BASE64.encodeToString(sealed.text().toArray()));
    }
    json.writeEndObject();
  }
}
