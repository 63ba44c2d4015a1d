package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract passes on a store that is right, and fails on each that is wrong. */
class StoreOnDiskContractTest extends StoreOnDiskContract {
  private Set<ToyStore.Wrong> wrong = ToyStore.nothing();

  @Override
  protected CompletableFuture<ToyStore> opening(Disk disk, Seams seams) {
    return ToyStore.opening(disk, seams, wrong);
  }

  @Override
  protected CompletableFuture<Void> closing(EventStore store) {
    return ((ToyStore) store).closing();
  }

  @ParameterizedTest
  @EnumSource
  void aStoreThatIsWrongIsFoundOut(ToyStore.Wrong what) {
    wrong = EnumSet.of(what);
    AssertionError found = assertThrows(AssertionError.class, this::cutWorkloads);
    assertThat(found).hasMessageContaining("seed");
  }
}
