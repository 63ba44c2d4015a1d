package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Holds the product to the rules. */
final class ArchitectureTest {

  private static final String ROOT = "dev.millrace";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  static final List<Module> MODULES = Module.ALL;
  static final List<String> BEHIND_SEAMS = Module.BEHIND_SEAMS;

  @Test
  void everyModuleOfTheProductIsInTheTable() {
    Set<String> known = MODULES.stream().map(Module::name).collect(Collectors.toSet());
    Set<String> found =
        PRODUCT.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.substring(ROOT.length() + 1).split("\\.", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(known).containsAll(found);
    assertThat(found).as("the classes that the rules look at").contains("core", "cli");
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("MODULES")
  void aModuleUsesOnlyTheModulesThatTheDesignAllows(Module module) {
    ModuleRules.arrows(ROOT, module).check(PRODUCT);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("MODULES")
  void aModuleUsesOnlyTheLibrariesThatTheDesignAllows(Module module) {
    ModuleRules.libraries(ROOT, module).check(PRODUCT);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("MODULES")
  void nobodyUsesTheInternalsOfAnotherModule(Module module) {
    ModuleRules.internals(ROOT, module).check(PRODUCT);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("BEHIND_SEAMS")
  void timeChanceThreadsAndDiskComeThroughTheSeams(String module) {
    SeamRules.seams(ROOT, module).check(PRODUCT);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(StyleRules.unmarkedPackages(PRODUCT, ROOT))
        .as("packages without a package-info that says @NullMarked")
        .isEmpty();
  }

  @Test
  void namesAreWordsOfTheDesign() {
    StyleRules.names(ROOT).check(PRODUCT);
  }

  @Test
  void packagesAreFreeOfCycles() {
    StyleRules.cycles(ROOT).check(PRODUCT);
  }
}
