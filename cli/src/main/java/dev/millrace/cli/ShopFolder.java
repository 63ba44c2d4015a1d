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

  /** Opens it; says what to do from here when its read models do not fit its store. */
  static RetailApplication open(Invocation invocation, Tracing tracing) {
    Path data = invocation.data();
    try {
      return RetailApplication.open(data, tracing);
    } catch (AwaitException e) {
      if (!(e.getCause() instanceof StoreMismatchException)) {
        throw e;
      }
      throw new FailureException(
          e.getMessage()
              + ". If the read models are to be made again from this store, move "
              + data.resolve(RetailApplication.READ_MODEL)
              + ".mv.db away and run the command again",
          e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
