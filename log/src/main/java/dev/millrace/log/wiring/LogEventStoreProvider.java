package dev.millrace.log.wiring;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.EventStoreProvider;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.log.internal.StoreArrival;
import java.nio.file.Path;

/**
 * Opens {@code log:folder} and {@code log:folder?option=value&option=value}. The option {@code
 * encryption} names the master key of an encrypted store, as in {@code
 * encryption=file:/etc/shop.key}; see {@link Encryption#of}.
 */
public final class LogEventStoreProvider implements EventStoreProvider {
  private static final String ENCRYPTION = "encryption=";

  @Override
  public String scheme() {
    return "log";
  }

  @Override
  public EventStore open(String url, Seams seams) {
    Parts parts = parse(url);
    return LogEventStore.open(parts.disk(), seams, parts.options(), parts.encryption());
  }

  @Override
  public StoreCopy copy(String url, Seams seams, StoreIdentity identity) {
    Parts parts = parse(url);
    return StoreArrival.open(parts.disk(), seams, parts.options(), parts.encryption(), identity);
  }

  private record Parts(Disk disk, LogOptions options, Encryption encryption) {}

  private static Parts parse(String url) {
    String rest = url.substring(url.indexOf(':') + 1);
    int question = rest.indexOf('?');
    String folder = question < 0 ? rest : rest.substring(0, question);
    if (folder.isBlank()) {
      throw new IllegalArgumentException(
          "a log store's URL names its folder, as in log:data, but this is '" + url + "'");
    }
    Encryption encryption = Encryption.NONE;
    StringBuilder others = new StringBuilder();
    for (String pair : question < 0 ? new String[0] : rest.substring(question + 1).split("&", -1)) {
      if (pair.startsWith(ENCRYPTION)) {
        encryption = Encryption.of(pair.substring(ENCRYPTION.length()));
      } else {
        others.append(pair).append('&');
      }
    }
    LogOptions options = LogOptions.parse(others.toString());
    return new Parts(RealDisk.at(Path.of(folder)), options, encryption);
  }
}
