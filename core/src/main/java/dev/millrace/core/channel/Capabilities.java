package dev.millrace.core.channel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What a broker gives on a channel, and what to do about the rest.
 *
 * @param broker its name, for messages
 * @param refused what it does not give, with what to use instead
 * @param maxMessageBytes the largest data of a message that it takes
 */
public record Capabilities(String broker, Map<Capability, String> refused, long maxMessageBytes) {
  public Capabilities {
    Map<Capability, String> copy = new EnumMap<>(Capability.class);
    copy.putAll(refused);
    refused = Collections.unmodifiableMap(copy);
  }

  /** Whether it is given. */
  public boolean has(Capability capability) {
    return !refused.containsKey(capability);
  }

  /**
   * Refuses what is asked for and not given.
   *
   * @param who asks, for the message
   * @param channel on which, for the message
   * @throws UnsupportedChannelException naming broker, capability and alternatives
   */
  public void check(String who, String channel, Set<Capability> needs) {
    for (Capability need : needs) {
      String instead = refused.get(need);
      if (instead != null) {
        throw new UnsupportedChannelException(
            who
                + " needs "
                + need.meaning()
                + " ("
                + need
                + ") of channel '"
                + channel
                + "', which "
                + broker
                + " does not give; "
                + instead);
      }
    }
  }
}
