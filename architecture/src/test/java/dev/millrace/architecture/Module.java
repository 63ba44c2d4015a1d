package dev.millrace.architecture;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the design's module table.
 *
 * @param name the folder, and the package after the root
 * @param modules the modules that it may depend on
 * @param libraries the packages of others that it may use, as ArchUnit patterns
 */
record Module(String name, List<String> modules, List<String> libraries) {

  /** What any module may use. */
  private static final List<String> ANYWHERE =
      List.of(
          "java..", "javax.sql..", "javax.crypto..", "org.slf4j..", "org.jspecify.annotations..");

  /**
   * The table. A module that is missing here fails {@link ArchitectureTest}. The command wires
   * everything, and the benchmarks bring the peers, so that they may use any library.
   */
  static final List<Module> ALL =
      List.of(
          module("core")
              .uses(
                  "io.opentelemetry.api..",
                  "io.opentelemetry.context..",
                  "tools.jackson..",
                  "com.fasterxml.jackson.annotation.."),
          module("log", "core").uses("com.dynatrace.hash4j.."),
          module("s3", "core", "log").uses("software.amazon.awssdk.."),
          module("resilience4j", "core").uses("io.github.resilience4j.."),
          module("postgresql", "core")
              .uses(
                  "org.postgresql..",
                  "com.zaxxer.hikari..",
                  "org.flywaydb..",
                  "com.dynatrace.hash4j.."),
          module("lucene", "core").uses("org.apache.lucene.."),
          module("kafka", "core").uses("org.apache.kafka.."),
          module("aws", "core").uses("software.amazon.awssdk.."),
          module("testkit", "core")
              .uses("org.junit.jupiter.api..", "org.opentest4j..", "org.assertj.."),
          module("retail", "core").uses("de.siegmar.fastcsv.."),
          module("console"),
          module("node", "core", "console")
              .uses(
                  "io.helidon..",
                  "io.opentelemetry..",
                  "io.prometheus..",
                  "ch.qos.logback.classic..",
                  "tools.jackson.."),
          module("cli", "core", "log", "postgresql", "retail", "node").uses("*.."),
          module("bench", "core", "log", "postgresql", "lucene", "retail", "node", "cli")
              .uses("*.."));

  /** Modules in which time, chance, threads and disk come through the seams. */
  static final List<String> BEHIND_SEAMS = List.of("core", "log", "postgresql", "resilience4j");

  private static Module module(String name, String... modules) {
    return new Module(name, List.of(modules), List.of());
  }

  private Module uses(String... packages) {
    return new Module(name, modules, List.of(packages));
  }

  /** The packages of this module, as a pattern under a root package. */
  String packages(String root) {
    return root + "." + name + "..";
  }

  /** Every package that this module may use, as patterns. */
  String[] allowed(String root) {
    ArrayList<String> allowed =
        Stream.concat(ANYWHERE.stream(), libraries.stream()).collect(toCollection(ArrayList::new));
    allowed.add(packages(root));
    modules.forEach(module -> allowed.add(root + "." + module + ".."));
    return allowed.toArray(String[]::new);
  }

  /** The modules of the product that this module must not use, as patterns. */
  String[] forbidden(String root) {
    return ALL.stream()
        .filter(other -> !other.name.equals(name) && !modules.contains(other.name))
        .map(other -> other.packages(root))
        .toArray(String[]::new);
  }
}
