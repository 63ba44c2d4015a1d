package dev.millrace.log.wiring;

import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.KeyProvider;
import dev.millrace.log.spi.MasterKey;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A master key in a variable of the environment: {@code env:SHOP_KEY}. */
public final class EnvironmentKeyProvider implements KeyProvider {
  private final UnaryOperator<@Nullable String> variables;

  /** Of this process. */
  public EnvironmentKeyProvider() {
    this(System::getenv);
  }

  EnvironmentKeyProvider(UnaryOperator<@Nullable String> variables) {
    this.variables = variables;
  }

  @Override
  public String scheme() {
    return "env";
  }

  @Override
  public MasterKey open(String name) {
    String text = variables.apply(name);
    if (text == null) {
      throw new StoreKeyException(
          "the environment has no variable "
              + name
              + ", which was named for the store's key; set it");
    }
    return KeyText.read(text, "variable " + name);
  }
}
