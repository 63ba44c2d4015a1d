package dev.millrace.aws;

import dev.millrace.core.channel.Channel;
import dev.millrace.testkit.contract.ChannelContract;
import org.junit.jupiter.api.BeforeAll;

/** The contract of channels on a FIFO topic with a queue for each group. */
class SnsFifoChannelTest extends ChannelContract {
  private static SnsEmulator emulator;

  @BeforeAll
  static void start() throws Exception {
    emulator = SnsEmulator.shared();
  }

  @Override
  protected Channel open(String address) throws Exception {
    return Channel.open(emulator.topic(address + ".fifo", "groups=group,one,other"));
  }
}
