package dev.millrace.aws;

import dev.millrace.core.channel.Channel;
import dev.millrace.testkit.contract.ChannelContract;
import org.junit.jupiter.api.BeforeAll;

/** The contract of channels on a standard queue, which gives no order. */
class SqsStandardChannelTest extends ChannelContract {
  private static SqsEmulator emulator;

  @BeforeAll
  static void start() throws Exception {
    emulator = SqsEmulator.shared();
  }

  @Override
  protected Channel open(String address) throws Exception {
    return Channel.open(emulator.channel(address, "format=binary"));
  }
}
