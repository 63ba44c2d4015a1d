package dev.millrace.testkit.contract;

import dev.millrace.core.store.EventStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/**
 * What every event store must do. An engine's test extends this and says how to open one:
 *
 * <pre>{@code
 * final class MyStoreTest extends EventStoreContract {
 *   @Override protected EventStore open() { … }
 *   @Override protected EventStore reopen(EventStore store) { … }
 * }
 * }</pre>
 *
 * <p>Tests that draw at random print their seed when they fail; the system property {@code
 * millrace.seed} runs that one again, and {@code millrace.nightly} runs many more.
 */
public abstract class EventStoreContract {
  private @Nullable EventStore store;

  /** Opens an empty store. It is closed after the test. */
  protected abstract EventStore open() throws Exception;

  /** Closes a store that {@link #open()} or this gave, and opens it again with what is in it. */
  protected abstract EventStore reopen(EventStore store) throws Exception;

  /** Opens the store of a test. */
  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  /** Closes the store of a test. */
  @AfterEach
  final void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  final EventStore store() {
    return Objects.requireNonNull(store);
  }

  final EventStore restart() throws Exception {
    store = reopen(store());
    return store;
  }

  @Nested
  class Appending extends AppendTests {
    Appending() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Repeating extends RepeatedAppendTests {
    Repeating() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Conditions extends ConditionTests {
    Conditions() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Racing extends RaceTests {
    Racing() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Reading extends ReadTests {
    Reading() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Subscribing extends SubscriptionTests {
    Subscribing() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class UnderLoad extends LoadTests {
    UnderLoad() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class LikeTheModel extends ModelTests {
    LikeTheModel() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Snapshots extends SnapshotTests {
    Snapshots() {
      super(EventStoreContract.this);
    }
  }

  @Nested
  class Closing extends ClosingTests {
    Closing() {
      super(EventStoreContract.this);
    }
  }
}
