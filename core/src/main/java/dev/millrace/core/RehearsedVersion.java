package dev.millrace.core;

import dev.millrace.core.rehearsal.Answer;
import dev.millrace.core.rehearsal.Answer.Kind;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A version of a context as it answers commands in a rehearsal. */
final class RehearsedVersion {
  private final Context context;
  private final RehearsedStates states;

  /**
   * An answer.
   *
   * @param about the first key that was read; null: none
   */
  record Given(Answer answer, @Nullable TagValue about) {}

  RehearsedVersion(Context context, EventStore store, int states) {
    this.context = context;
    this.states = new RehearsedStates(context, store, states);
  }

  Context context() {
    return context;
  }

  /**
   * Goes through appends that follow each other: decides the commands, and folds the events that
   * were recorded.
   *
   * @return the answers; null for an append whose command is not known
   */
  List<@Nullable Given> rehearse(
      List<RehearsedAppend> appends, Function<RehearsedAppend, List<RehearsedEvent>> read) {
    List<@Nullable Given> answers = new ArrayList<>(appends.size());
    for (RehearsedAppend append : appends) {
      CommandRecord command = append.command();
      Bytes payload = append.payload();
      answers.add(
          command == null || payload == null ? null : decide(command.type(), payload, append));
      read.apply(append).forEach(states::fold);
    }
    return answers;
  }

  private Given decide(String name, Bytes payload, RehearsedAppend append) {
    Decider decider = context.findDecider(name);
    if (decider == null) {
      return new Given(answer(Kind.UNKNOWN, "there is no command '" + name + "'"), null);
    }
    Object command;
    try {
      command = context.readKept(name, payload, append.stored().get(0).tenant());
    } catch (RuntimeException e) { // also what a record's own constructor throws
      return new Given(answer(Kind.UNREADABLE, String.valueOf(e.getMessage())), null);
    }
    TagValue[] about = new TagValue[1];
    try {
      Tenant tenant = append.stored().get(0).tenant();
      Object[] read = read(decider, command, tenant, append.first(), about);
      return new Given(answer(decider.decide().apply(read, command), append.stored()), about[0]);
    } catch (RuntimeException | StackOverflowError e) {
      return new Given(answer(Kind.FAILED, e.toString()), about[0]);
    }
  }

  private Object[] read(
      Decider decider, Object command, Tenant tenant, long position, @Nullable TagValue[] about) {
    Object[] arguments = new Object[decider.readings().size()];
    for (int i = 0; i < arguments.length; i++) {
      Decider.Reading reading = decider.readings().get(i);
      ViewReader view = states.reader(reading.view());
      Map<Object, Object> byKey = new LinkedHashMap<>();
      for (Object key : reading.keys().apply(command)) {
        TagValue tag = view.tag(key);
        if (about[0] == null) {
          about[0] = tag;
        }
        if (!byKey.containsKey(key)) {
          byKey.put(key, states.state(reading.view(), tenant, tag, position));
        }
      }
      arguments[i] = reading.each() ? byKey : byKey.values().iterator().next();
    }
    return arguments;
  }

  private Answer answer(Decision<?, ?> decision, List<RecordedEvent> stored) {
    return switch (decision) {
      case Decision.Reject<?, ?> reject -> answer(Kind.REJECTED, text(reject.reason()));
      case Decision.Accept<?, ?> accept when accept.isEmpty() -> answer(Kind.NOTHING, "");
      case Decision.Accept<?, ?> accept -> {
        List<?> decided = Timings.eventsOf(context, accept);
        List<NewEvent> events = new ArrayList<>(decided.size());
        for (Object event : decided) {
          int place = events.size();
          Bytes before = place < stored.size() ? stored.get(place).data() : Bytes.EMPTY;
          events.add(context.catalog().encode(event, context.codec(), before));
        }
        yield new Answer(Kind.ACCEPTED, events, "");
      }
    };
  }

  private static Answer answer(Kind kind, String reason) {
    return new Answer(kind, List.of(), reason);
  }

  private String text(Object value) {
    try {
      return value.getClass().getSimpleName() + " " + context.codec().encode(value).utf8();
    } catch (RuntimeException e) { // a reason need not be something that can be stored
      return value.toString();
    }
  }
}
