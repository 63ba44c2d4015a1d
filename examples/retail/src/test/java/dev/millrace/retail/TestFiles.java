package dev.millrace.retail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the tests find files of invoices. */
final class TestFiles {
  static final String HEADER =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

  /** Names the folder of the real data, as a system property or an environment variable. */
  private static final String PROPERTY = "millrace.retail.data";

  private static final String VARIABLE = "MILLRACE_RETAIL_DATA";
  private static final String USUAL_PLACE = "shared/data/online-retail";

  private TestFiles() {}

  /** A few hundred made-up rows with one of each kind, in two files that follow each other. */
  static List<Path> sample() {
    return List.of(resource("/sample/2021-01.csv"), resource("/sample/2021-02.csv"));
  }

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(TestFiles.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The real data, if it is on this machine. */
  static Optional<List<Path>> real() {
    String named = System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, ""));
    if (!named.isEmpty()) {
      return Optional.of(filesIn(Path.of(named)));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(USUAL_PLACE))) {
        return Optional.of(filesIn(at.resolve(USUAL_PLACE)));
      }
    }
    System.out.println(
        "NOT RUN: the test on the real data. It was not found in "
            + USUAL_PLACE
            + " beside or above this folder; name its folder with -D"
            + PROPERTY
            + "=… or "
            + VARIABLE
            + ". The sample of made-up rows was tested instead.");
    return Optional.empty();
  }

  private static List<Path> filesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(".csv.gz")).sorted().toList();
      if (found.isEmpty()) {
        throw new IllegalStateException("no .csv.gz in " + folder);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with the header and these rows. */
  static Path csv(Path file, String... rows) {
    try {
      return Files.writeString(file, HEADER + String.join("\n", rows) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a plain file, without the header. */
  static List<String> rows(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.subList(1, lines.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
