package dev.millrace.core.channel;

import dev.millrace.core.seam.Seams;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@code memory:name}: channels within the process, which go with it. */
public final class MemoryChannelProvider implements ChannelProvider {
  private static final ConcurrentHashMap<String, MemoryTopic> TOPICS = new ConcurrentHashMap<>();
  private static final String SCHEME = "memory";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Channel open(String url, Seams seams) {
    String name = url.substring(SCHEME.length() + 1);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a channel in memory is written memory:name");
    }
    return TOPICS.computeIfAbsent(name, MemoryTopic::new).open();
  }
}
