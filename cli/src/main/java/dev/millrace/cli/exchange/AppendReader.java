package dev.millrace.cli.exchange;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.NewEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the lines of a file together to appends. An append's events follow each other. */
final class AppendReader {
  private final BufferedReader lines;
  private final CloudEventReader reader = new CloudEventReader();
  private long line;

  /**
   * An append, and where it stands.
   *
   * @param append without a condition: it was decided already
   * @param line its first
   * @param bytes of its data
   */
  record Incoming(Append append, long line, long bytes) {}

  AppendReader(BufferedReader lines) {
    this.lines = lines;
  }

  /** The line that was read last, from 1. */
  long line() {
    return line;
  }

  /**
   * The next append; null at the end.
   *
   * @throws BadLineException when a line is no event, or not the one that is due
   */
  @Nullable Incoming next() throws IOException {
    ExchangedEvent first = nextEvent();
    if (first == null) {
      return null;
    }
    long begins = line;
    if (first.id().ordinal() != 0) {
      throw new BadLineException(
          line, "event " + first.id() + " is not the first of its append, which must come before");
    }
    if (first.size() < 1 || first.size() > Append.MAX_EVENTS) {
      throw new BadLineException(
          line, "attribute 'appendsize' must be 1 to " + Append.MAX_EVENTS + ": " + first.size());
    }
    List<NewEvent> events = new ArrayList<>(first.size());
    events.add(first.event());
    long bytes = first.event().data().length();
    for (int ordinal = 1; ordinal < first.size(); ordinal++) {
      ExchangedEvent event = nextEvent();
      check(first, event, ordinal);
      if (event != null) {
        events.add(event.event());
        bytes += event.event().data().length();
      }
    }
    Append append =
        new Append(
            first.id().append(),
            first.tenant(),
            events,
            AppendCondition.NONE,
            first.metadata(),
            first.command());
    return new Incoming(append, begins, bytes);
  }

  private void check(ExchangedEvent first, @Nullable ExchangedEvent event, int ordinal) {
    String due = first.id().append() + "/" + ordinal + " of " + first.size();
    if (event == null) {
      throw new BadLineException(line, "it is the last, but event " + due + " is missing");
    }
    if (!event.id().append().equals(first.id().append()) || event.id().ordinal() != ordinal) {
      throw new BadLineException(line, "event " + event.id() + " stands where " + due + " is due");
    }
    if (event.size() != first.size()
        || !event.tenant().equals(first.tenant())
        || !event.metadata().equals(first.metadata())) {
      throw new BadLineException(
          line, "'appendsize', 'tenant' or metadata differ from those of the append's first event");
    }
  }

  private @Nullable ExchangedEvent nextEvent() throws IOException {
    String text = nextLine();
    if (text == null) {
      return null;
    }
    try {
      return reader.read(text);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(line, String.valueOf(e.getMessage()), e);
    }
  }

  /** The next line that is not blank. */
  private @Nullable String nextLine() throws IOException {
    String text;
    do {
      try {
        text = lines.readLine();
      } catch (CharacterCodingException e) {
        throw new BadLineException(line + 1, "it, or one of the next, is not UTF-8", e);
      }
      line += text == null ? 0 : 1;
    } while (text != null && text.isBlank());
    return text;
  }
}
