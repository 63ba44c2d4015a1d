package dev.millrace.testkit.process;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What an {@link AppendingProcess} appends. Every append is a function of its caller and number, so
 * that whoever finds one can say what it must hold.
 *
 * @param url of the store
 * @param round which process this is, from 0; processes of one store have different ones
 * @param callers threads that append, each with a tag of its own
 * @param appends how many each makes before the process closes the store and ends
 */
public record AppendLoad(String url, int round, int callers, int appends) {
  /** Most callers of a round. */
  public static final int MAX_CALLERS = 1_000;

  private static final int MOST_EVENTS = 3;
  private static final int LARGEST = 3_000;

  public AppendLoad {
    if (callers < 1 || callers > MAX_CALLERS || appends < 1 || round < 0) {
      throw new IllegalArgumentException(
          "a load has 1 to " + MAX_CALLERS + " callers, each with appends, but not " + callers);
    }
  }

  /** The number of a caller of this round, over all rounds. */
  int caller(int index) {
    return round * MAX_CALLERS + index;
  }

  static TagValue tag(int caller) {
    return new TagValue("caller", Integer.toString(caller));
  }

  static UUID id(int caller, int number) {
    return new UUID(caller + 1L, number + 1L);
  }

  /**
   * An append, without its condition: one to three events, some of which are larger than a page.
   */
  static Append append(int caller, int number) {
    List<NewEvent> events = new ArrayList<>();
    int count = 1 + number % MOST_EVENTS;
    for (int i = 0; i < count; i++) {
      String text = caller + "-" + number + "-" + i + "/" + count + ":";
      int filler = (number * 37 + i * 11) % 50 == 0 ? LARGEST : (number * 37 + i * 11) % 200;
      events.add(
          new NewEvent("appended", 1, List.of(tag(caller)), Bytes.utf8(text + "x".repeat(filler))));
    }
    return Append.of(id(caller, number), events);
  }

  /**
   * The same, which holds only when nobody else has appended under the caller's tag: nobody does.
   */
  static Append append(int caller, int number, long after) {
    return append(caller, number)
        .onlyIf(AppendCondition.noneMatching(Query.tags(tag(caller)), after));
  }

  List<String> arguments() {
    return List.of(
        url, Integer.toString(round), Integer.toString(callers), Integer.toString(appends));
  }

  static AppendLoad parse(String[] arguments) {
    return new AppendLoad(
        arguments[0],
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]));
  }
}
