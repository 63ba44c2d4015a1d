package dev.millrace.core;

import dev.millrace.core.store.MillraceException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was asked of a processor can only be done by another process, which has its work, or a part
 * of it, now. Nothing was done.
 */
public final class ProcessorElsewhereException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final String processor;
  private final TreeMap<String, Integer> holders;

  /**
   * Says who has it.
   *
   * @param asked what cannot be done here, and why
   * @param holders how many shares of the processor each process has, by its name
   */
  public ProcessorElsewhereException(
      String processor, String asked, SortedMap<String, Integer> holders) {
    super(
        asked
            + ". Shares of processor '"
            + processor
            + "' by process: "
            + (holders.isEmpty() ? "not known yet" : holders)
            + "; ask there");
    this.processor = processor;
    this.holders = new TreeMap<>(holders);
  }

  /** Of which processor. */
  public String processor() {
    return processor;
  }

  /** How many shares each process had, by its name, when the leases were last looked at. */
  public SortedMap<String, Integer> holders() {
    return Collections.unmodifiableSortedMap(holders);
  }
}
