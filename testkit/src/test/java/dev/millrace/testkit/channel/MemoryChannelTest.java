package dev.millrace.testkit.channel;

import dev.millrace.core.channel.Channel;
import dev.millrace.testkit.contract.ChannelContract;

final class MemoryChannelTest extends ChannelContract {
  @Override
  protected Channel open(String address) {
    return Channel.open("memory:" + address);
  }
}
