package dev.millrace.kafka;

import dev.millrace.testkit.contract.ExactlyOnceEffectContract;
import org.junit.jupiter.api.BeforeAll;

/** Over a real broker, which is killed. */
class ExactlyOnceEffectTest extends ExactlyOnceEffectContract {
  private static KafkaBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.shared();
  }

  @Override
  protected String url() {
    return broker.channel("payments", 4);
  }

  @Override
  protected int payments() {
    return NIGHTLY ? 100_000 : 20_000;
  }

  @Override
  protected int atOnce() {
    return 500;
  }

  @Override
  protected void cutNetwork() {
    broker.network().cutAll();
  }

  @Override
  protected void crashBroker() throws Exception {
    broker.crash();
  }
}
