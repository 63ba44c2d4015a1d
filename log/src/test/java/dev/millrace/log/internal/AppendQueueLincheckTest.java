package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The writer's queue is linearizable: whatever callers and the writer do at the same time, there is
 * an order of their calls in which a plain queue gives the same answers.
 */
public class AppendQueueLincheckTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final int BYTES = 8;

  @Test
  void modelChecking() {
    new ModelCheckingOptions()
        .iterations(NIGHTLY ? 100 : 10)
        .invocationsPerIteration(NIGHTLY ? 10_000 : 100)
        .threads(3)
        .actorsPerThread(3)
        .sequentialSpecification(Plain.class)
        .check(Queue.class);
  }

  @Test
  void stress() {
    new StressOptions()
        .iterations(NIGHTLY ? 100 : 3)
        .invocationsPerIteration(NIGHTLY ? 10_000 : 300)
        .threads(3)
        .actorsPerThread(3)
        .sequentialSpecification(Plain.class)
        .check(Queue.class);
  }

  /** What is tested. */
  public static class Queue {
    private final AppendQueue queue = new AppendQueue(1_000, 1_000_000);

    @Operation
    public String offer(@Param(gen = IntGen.class, conf = "1:99") int number) {
      Append append =
          Append.of(
              new UUID(1, number), List.of(new NewEvent("offered", 1, List.of(), Bytes.EMPTY)));
      return queue.offer(new PendingAppend(append, BYTES)).name();
    }

    @Operation(nonParallelGroup = "writer")
    public String takeAll() {
      return numbers(queue.takeAll());
    }

    @Operation(nonParallelGroup = "writer", runOnce = true)
    public String close() {
      return numbers(queue.close());
    }

    private static String numbers(PendingAppend oldest) {
      List<Long> numbers = new ArrayList<>();
      for (PendingAppend at = oldest; at != null; at = at.next) {
        numbers.add(at.append().id().getLeastSignificantBits());
      }
      return numbers.toString();
    }
  }

  /** What it must be like. */
  public static class Plain {
    private final Deque<Long> waiting = new ArrayDeque<>();
    private boolean closed;

    public String offer(int number) {
      if (closed) {
        return "CLOSED";
      }
      waiting.add((long) number);
      return "TAKEN";
    }

    public String takeAll() {
      List<Long> taken = new ArrayList<>(waiting);
      waiting.clear();
      return taken.toString();
    }

    public String close() {
      closed = true;
      return takeAll();
    }
  }
}
