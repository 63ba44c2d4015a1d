package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.millrace.architecture.planted.core.Seamless;
import dev.millrace.architecture.planted.core.Seamly;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that cannot fail holds nothing: each one finds what was planted for it, and only that. */
final class PlantedViolationsTest {

  private static final String ROOT = "dev.millrace.architecture.planted";

  private static final JavaClasses PLANTED = new ClassFileImporter().importPackages(ROOT);

  @Test
  void anArrowThatGoesBackwardsIsFound() {
    assertThat(violations(ModuleRules.arrows(ROOT, module("core"))))
        .isNotEmpty()
        .allMatch(text -> text.contains("KnowsItsStore"));
    assertThat(violations(ModuleRules.arrows(ROOT, module("testkit"))))
        .isNotEmpty()
        .allMatch(text -> text.contains("testkit.Given"));
    assertThat(violations(ModuleRules.arrows(ROOT, module("log")))).isEmpty();
    assertThat(violations(ModuleRules.arrows(ROOT, module("cli")))).isEmpty();
  }

  @Test
  void aLibraryThatIsNotInTheTableIsFound() {
    assertThat(violations(ModuleRules.libraries(ROOT, module("core"))))
        .anyMatch(text -> text.contains("Fluent") && text.contains("org.assertj"))
        .allMatch(text -> text.contains("Fluent") || text.contains("KnowsItsStore"));
    assertThat(violations(ModuleRules.libraries(ROOT, module("log")))).isEmpty();
    assertThat(violations(ModuleRules.libraries(ROOT, module("cli")))).isEmpty();
  }

  @Test
  void aLookIntoAnotherModuleIsFound() {
    assertThat(violations(ModuleRules.internals(ROOT, module("core"))))
        .isNotEmpty()
        .allMatch(text -> text.contains("log.Segment"));
    assertThat(violations(ModuleRules.internals(ROOT, module("log")))).isEmpty();
  }

  static Stream<String> bannedCalls() {
    return Stream.of(Seamless.class.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .map(Method::getName)
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("bannedCalls")
  void aBannedCallIsFound(String method) {
    assertThat(violations(SeamRules.seams(ROOT, "core")))
        .anyMatch(text -> text.contains(Seamless.class.getName() + "." + method + "("));
  }

  @Test
  void whatGoesThroughTheSeamsOrIsWiringIsNotFound() {
    assertThat(violations(SeamRules.seams(ROOT, "core")))
        .noneMatch(text -> text.contains(Seamly.class.getName()))
        .noneMatch(text -> text.contains(".wiring."));
  }

  @Test
  void aPackageThatIsNotNullMarkedIsFound() {
    assertThat(StyleRules.unmarkedPackages(PLANTED, ROOT)).containsExactly(ROOT + ".core.unmarked");
  }

  @Test
  void anEmptyNameIsFound() {
    assertThat(violations(StyleRules.names(ROOT)))
        .hasSize(2)
        .anyMatch(text -> text.contains("OrderManager>"))
        .anyMatch(text -> text.contains("OrderManager$OrderHelper"));
  }

  @Test
  void aCircleOfPackagesIsFound() {
    assertThat(violations(StyleRules.cycles(ROOT)))
        .singleElement()
        .asString()
        .contains(ROOT + ".core.one", ROOT + ".core.two");
  }

  private static Module module(String name) {
    return Module.ALL.stream()
        .filter(module -> module.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> violations(ArchRule rule) {
    return rule.evaluate(PLANTED).getFailureReport().getDetails();
  }
}
