package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import dev.millrace.testkit.contract.EventStoreContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The contract of event stores finds each fault, in the theme that is about it. */
class PlantedFaultsTest {
  private static final String PATIENCE = "millrace.patience.seconds";

  /** A fault that shows only when threads meet may need more rounds than one; the others do not. */
  private static final int ROUNDS = 30;

  @BeforeEach
  void losePatience() {
    System.setProperty(PATIENCE, "1");
  }

  @AfterEach
  void regainPatience() {
    System.clearProperty(PATIENCE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void theContractFinds(Planted fault) throws Exception {
    Class<?> theme = Class.forName(EventStoreContract.class.getName() + "$" + fault.theme());
    DiscoverySelector tests = selectNestedClass(List.of(PlantedContract.class), theme);
    long failed = 0;
    for (int round = 0; round < ROUNDS && failed == 0; round++) {
      failed = run(fault, tests).getTestsFailedCount();
    }
    assertThat(failed).as("tests that fail").isPositive();
  }

  @Test
  void theContractFindsNothingWhereNothingIsWrong() {
    TestExecutionSummary summary = run(Planted.NOTHING, selectClass(PlantedContract.class));
    assertThat(summary.getFailures()).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isGreaterThan(60);
  }

  private static TestExecutionSummary run(Planted fault, DiscoverySelector selector) {
    PlantedContract.planted = fault;
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selector).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }
}
