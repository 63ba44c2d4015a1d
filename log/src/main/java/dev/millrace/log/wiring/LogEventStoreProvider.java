package dev.millrace.log.wiring;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.EventStoreProvider;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import java.nio.file.Path;

/** Opens {@code log:folder} and {@code log:folder?option=value&option=value}. */
public final class LogEventStoreProvider implements EventStoreProvider {
  @Override
  public String scheme() {
    return "log";
  }

  @Override
  public EventStore open(String url, Seams seams) {
    String rest = url.substring(url.indexOf(':') + 1);
    int question = rest.indexOf('?');
    String folder = question < 0 ? rest : rest.substring(0, question);
    if (folder.isBlank()) {
      throw new IllegalArgumentException(
          "a log store's URL names its folder, as in log:data, but this is '" + url + "'");
    }
    LogOptions options =
        question < 0 ? LogOptions.DEFAULT : LogOptions.parse(rest.substring(question + 1));
    return LogEventStore.open(RealDisk.at(Path.of(folder)), seams, options);
  }
}
