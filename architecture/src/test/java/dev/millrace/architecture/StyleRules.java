package dev.millrace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Rules on packages and names, for a root package. */
final class StyleRules {

  /** Names that say nothing of what a class is. */
  private static final String EMPTY_NAMES =
      ".*(Impl|Managers?|Helpers?|Utils?|Utility|Utilities)(\\$.*)?";

  /**
   * Packages that by their nature know their module's own package and are known by it: what users
   * import makes what is internal, and the SPI speaks the words of the API.
   */
  private static final Set<String> FACES = Set.of("internal", "spi");

  private StyleRules() {}

  /** No class is named by what every class is. */
  static ArchRule names(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .haveNameMatching(EMPTY_NAMES)
        .because("a name is a word of the design")
        .allowEmptyShould(true);
  }

  /** The packages below a module's own do not depend on each other in circles. */
  static ArchRule cycles(String root) {
    return slices()
        .assignedFrom(belowTheModule(root))
        .should()
        .beFreeOfCycles()
        .because("a package that is in a circle cannot be understood alone")
        .allowEmptyShould(true);
  }

  private static SliceAssignment belowTheModule(String root) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        boolean belowModule =
            name.startsWith(root + ".") && name.indexOf('.', root.length() + 1) >= 0;
        return belowModule && !FACES.contains(type.getPackage().getRelativeName())
            ? SliceIdentifier.of(name)
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages below a module's own";
      }
    };
  }

  /** The packages with classes that do not say that nothing in them is null. */
  static List<String> unmarkedPackages(JavaClasses classes, String root) {
    if (!classes.containPackage(root)) {
      return List.of();
    }
    JavaPackage top = classes.getPackage(root);
    return Stream.concat(Stream.of(top), top.getSubpackagesInTree().stream())
        .filter(candidate -> !candidate.getClasses().isEmpty())
        .filter(candidate -> !candidate.isAnnotatedWith(NullMarked.class))
        .map(JavaPackage::getName)
        .sorted()
        .toList();
  }
}
