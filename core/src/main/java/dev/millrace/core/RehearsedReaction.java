package dev.millrace.core;

import dev.millrace.core.personal.Protection;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.Difference.Outgoing;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.store.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks two versions of a reaction for their commands, and sends none. */
final class RehearsedReaction {
  private final String name;
  private final Context nowContext;
  private final @Nullable Reaction now;
  private final Context beforeContext;
  private final @Nullable Reaction before;
  private final Consumer<Difference> found;
  private long events;
  private long differences;

  RehearsedReaction(String name, Context before, Context now, Consumer<Difference> found) {
    this.name = name;
    this.nowContext = now;
    this.now = now.reactions().get(name);
    this.beforeContext = before;
    this.before = before.reactions().get(name);
    this.found = found;
  }

  RehearsalReport.ReactionResult result() {
    return new RehearsalReport.ReactionResult(name, events, differences);
  }

  void rehearse(RehearsedEvent asBefore, RehearsedEvent asNow) {
    if (!handles(before, beforeContext, asBefore) && !handles(now, nowContext, asNow)) {
      return;
    }
    events++;
    List<Outgoing> was = commands(before, beforeContext, asBefore);
    List<Outgoing> is = commands(now, nowContext, asNow);
    if (!was.equals(is)) {
      differences++;
      found.accept(
          new Difference.Sent(name, asNow.stored().id(), asNow.stored().position(), was, is));
    }
  }

  private static boolean handles(
      @Nullable Reaction reaction, Context context, RehearsedEvent event) {
    return reaction != null && reaction.handles(event.stored().type(), context.catalog());
  }

  private static List<Outgoing> commands(
      @Nullable Reaction reaction, Context context, RehearsedEvent event) {
    if (reaction == null || !handles(reaction, context, event)) {
      return List.of();
    }
    List<Outgoing> outgoing = new ArrayList<>();
    Object read = event.event();
    try {
      if (read == null) {
        throw new IllegalStateException(event.problem());
      }
      for (Command<?> command : reaction.commandsFor(read, new Recorded<>(read, event.stored()))) {
        String id = ReactionDriver.commandId(reaction, event.stored().id(), outgoing.size());
        String name =
            context.decides(command)
                ? context.decider(command).name()
                : ViewNames.kebab(command.getClass());
        outgoing.add(new Outgoing(id, name, text(command, context)));
      }
    } catch (Exception e) {
      String id = ReactionDriver.commandId(reaction, event.stored().id(), outgoing.size());
      outgoing.add(new Outgoing(id, "failed", e.toString()));
    }
    return outgoing;
  }

  /** Personal values count as if they were forgotten. */
  private static String text(Command<?> command, Context context) {
    Bytes text =
        PersonalComponents.in(command.getClass())
            ? context.codec().encode(command, Protection.masking())
            : context.codec().encode(command);
    return text.utf8();
  }
}
