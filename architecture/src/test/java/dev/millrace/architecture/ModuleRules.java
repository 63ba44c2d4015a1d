package dev.millrace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, for a root package: the product's, or that of planted violations. */
final class ModuleRules {

  private ModuleRules() {}

  /** A module uses only the libraries that its row allows. */
  static ArchRule libraries(String root, Module module) {
    return classes()
        .that()
        .resideInAPackage(module.packages(root))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(module.allowed(root))
        .because("the design's module table says what " + module.name() + " may depend on")
        .allowEmptyShould(true);
  }

  /** A module uses only the modules that its row allows. */
  static ArchRule arrows(String root, Module module) {
    return noClasses()
        .that()
        .resideInAPackage(module.packages(root))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(module.forbidden(root))
        .because("arrows between modules go one way")
        .allowEmptyShould(true);
  }

  /** What is internal to a module is used by that module only. */
  static ArchRule internals(String root, Module module) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(module.packages(root))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + "." + module.name() + "..internal..")
        .because("users import a module's own package, extenders its spi, nobody its internal")
        .allowEmptyShould(true);
  }
}
