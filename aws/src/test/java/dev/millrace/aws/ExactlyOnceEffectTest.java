package dev.millrace.aws;

import dev.millrace.testkit.contract.ExactlyOnceEffectContract;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;

/**
 * Over a FIFO queue of a service that is stopped, and has its messages when it is started again.
 */
class ExactlyOnceEffectTest extends ExactlyOnceEffectContract {
  private static SqsEmulator emulator;

  private final String queue = "payments-" + UUID.randomUUID() + ".fifo";

  @BeforeAll
  static void start() throws Exception {
    emulator = SqsEmulator.shared();
  }

  @Override
  protected String url() {
    return emulator.channel(queue, "visibilitySeconds=5&waitSeconds=2");
  }

  @Override
  protected int payments() {
    return NIGHTLY ? 100_000 : 3_000;
  }

  @Override
  protected int atOnce() {
    return 150;
  }

  @Override
  protected Duration patience() {
    return NIGHTLY ? Duration.ofMinutes(80) : super.patience();
  }

  @Override
  protected void cutNetwork() {
    emulator.network().cutAll();
  }

  @Override
  protected void crashBroker() throws Exception {
    emulator.restart();
  }
}
