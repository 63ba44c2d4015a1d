package dev.millrace.cli;

import dev.millrace.core.AwaitException;
import dev.millrace.core.Tracing;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.retail.RetailApplication;
import java.nio.file.Path;

/** The retail application in a data folder. */
final class ShopFolder {
  private ShopFolder() {}

  /** Opens it without traces; see {@link #open(Invocation, Tracing)}. */
  static RetailApplication open(Invocation invocation) {
    return open(invocation, Tracing.NONE);
  }

  /** Opens it to fill its read models again, whatever they belong to. */
  static RetailApplication openToReplay(Invocation invocation) {
    try {
      return StoreFolder.isInFolder(invocation)
          ? RetailApplication.openToReplay(invocation.data(), StoreKey.option(invocation))
          : ShopDatabase.of(invocation).openToReplay(invocation.data());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Opens it; says what to do from here when its read models do not fit its store. */
  static RetailApplication open(Invocation invocation, Tracing tracing) {
    Path data = invocation.data();
    try {
      return StoreFolder.isInFolder(invocation)
          ? RetailApplication.open(data, StoreKey.option(invocation), tracing)
          : ShopDatabase.of(invocation).open(data, tracing);
    } catch (AwaitException e) {
      if (!(e.getCause() instanceof StoreMismatchException)) {
        throw e;
      }
      throw new FailureException(
          e.getMessage()
              + ". 'millrace replay' makes all read models in "
              + data
              + " again from this store",
          e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
