package dev.millrace.postgresql.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MigrationsTest {
  @Test
  void theVersionThatAProgramAsksForIsThatOfItsNewestMigration() throws Exception {
    Path folder =
        Path.of(Migrations.class.getResource("/dev/millrace/postgresql/migration").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<Integer> versions =
          files
              .map(file -> file.getFileName().toString())
              .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
              .sorted()
              .toList();
      assertThat(versions).isNotEmpty().last().isEqualTo(Migrations.VERSION);
    }
  }
}
