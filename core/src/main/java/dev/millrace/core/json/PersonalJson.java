package dev.millrace.core.json;

import dev.millrace.core.personal.Protection;
import dev.millrace.core.personal.SealedValue;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Tenant;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Opens the personal values in JSON as it is stored, for tools that do not know the types of a
 * context. What it answers is in clear: it is for whoever may see it, and must not be stored.
 *
 * <p>An object is a sealed value when it says so, and that it was written where it stands: at this
 * path, in data of this type. Everything else stays as it is, byte for byte. Safe for use from many
 * threads, as its keys are.
 */
public final class PersonalJson {
  private static final Set<String> MEMBERS =
      Set.of(
          PersonalWriter.SEALED,
          PersonalWriter.KEY,
          PersonalWriter.AT,
          PersonalWriter.NONCE,
          PersonalWriter.TEXT);
  private static final byte[] FORGOTTEN =
      ("{\"" + PersonalWriter.FORGOTTEN + "\":true}").getBytes(StandardCharsets.UTF_8);

  private final JsonFactory factory = new JsonFactory();
  private final Protection protection;

  /** With the keys of the context that stored the data. */
  public PersonalJson(SubjectKeys keys) {
    this.protection = Protection.with(keys);
  }

  /**
   * The data with each sealed value in clear; one that was forgotten as {@code {"forgotten":true}}.
   * Data that is not JSON stays as it is.
   *
   * @param type of the event, or of the command as its values name it
   * @param tenant whose data it is
   * @throws dev.millrace.core.personal.SubjectKeysException when a value's key is not among the
   *     keys, alive or destroyed: they are those of another store
   */
  public Bytes open(String type, Tenant tenant, Bytes data) {
    Opening opening = new Opening(type, tenant, data.toArray());
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), opening.source)) {
      while (parser.nextToken() != null) {
        opening.value(parser);
      }
    } catch (JacksonException e) {
      return data;
    }
    return opening.copied == 0 ? data : opening.result();
  }

  /** One document that is copied, but for its sealed values. */
  private final class Opening {
    private final String type;
    private final Tenant tenant;
    private final byte[] source;
    private final ByteArrayOutputStream target = new ByteArrayOutputStream();
    private int copied;

    Opening(String type, Tenant tenant, byte[] source) {
      this.type = type;
      this.tenant = tenant;
      this.source = source;
    }

    /** Passes over the value at whose first token the parser stands. */
    void value(JsonParser parser) {
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          value(parser);
        }
      } else if (parser.currentToken() == JsonToken.START_OBJECT) {
        object(parser);
      }
    }

    private void object(JsonParser parser) {
      int from = (int) parser.currentTokenLocation().getByteOffset();
      String at = type + "#" + parser.streamReadContext().pathAsPointer();
      Map<String, String> members = new HashMap<>();
      boolean isFlat = true;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        isFlat &= parser.nextToken() == JsonToken.VALUE_STRING && MEMBERS.contains(name);
        if (isFlat) {
          members.put(name, parser.getString());
        } else {
          value(parser);
        }
      }
      SealedValue sealed = isFlat ? sealed(members) : null;
      if (sealed != null && sealed.at().equals(at)) {
        int to = (int) parser.currentLocation().getByteOffset();
        Bytes opened = protection.open(sealed, tenant);
        target.write(source, copied, from - copied);
        target.writeBytes(opened == null ? FORGOTTEN : opened.toArray());
        copied = to;
      }
    }

    private static @Nullable SealedValue sealed(Map<String, String> members) {
      if (members.size() != MEMBERS.size()
          || !SealedValue.ALGORITHM.equals(members.get(PersonalWriter.SEALED))) {
        return null;
      }
      try {
        return PersonalReader.sealed(
            members.getOrDefault(PersonalWriter.KEY, ""),
            members.getOrDefault(PersonalWriter.AT, ""),
            members.getOrDefault(PersonalWriter.NONCE, ""),
            members.getOrDefault(PersonalWriter.TEXT, ""));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    Bytes result() {
      target.write(source, copied, source.length - copied);
      return Bytes.wrap(target.toByteArray());
    }
  }
}
