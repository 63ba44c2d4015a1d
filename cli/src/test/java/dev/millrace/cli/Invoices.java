package dev.millrace.cli;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Files of invoices: the real ones where they are, else some of the same shape from a seed. */
final class Invoices {
  private static final String HEADER =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final List<String> COUNTRIES =
      List.of("United Kingdom", "EIRE", "France", "Japan");

  /** Beside the repository, from the module's folder. */
  private static final Path REAL = Path.of("..", "..", "shared", "data", "online-retail");

  private Invoices() {}

  /** Real files, at most so many; or, said so in the output, one that is made in the folder. */
  static List<Path> realOrMade(int most, Path folder, long seed, int invoices) throws IOException {
    if (Files.isDirectory(REAL)) {
      try (Stream<Path> files = Files.list(REAL)) {
        return files
            .filter(file -> file.toString().endsWith(".csv.gz"))
            .sorted()
            .limit(most)
            .map(file -> file.toAbsolutePath().normalize())
            .toList();
      }
    }
    System.out.println(
        "The Online Retail files are not in "
            + REAL.toAbsolutePath().normalize()
            + ": using "
            + invoices
            + " generated invoices, seed "
            + seed);
    Path file = folder.resolve("generated.csv");
    write(file, seed, invoices);
    return List.of(file);
  }

  /** Writes a file; the same seed makes the same one. */
  static void write(Path file, long seed, int invoices) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (Writer writer = Files.newBufferedWriter(file)) {
      writer.write(HEADER);
      LocalDateTime time = LocalDateTime.of(2010, 12, 1, 8, 0);
      for (int i = 0; i < invoices; i++) {
        time = time.plusMinutes(random.nextInt(1, 20));
        int kind = random.nextInt(20);
        String number = kind == 0 ? "C" + (536_000 + i) : Integer.toString(536_000 + i);
        String customer = kind == 1 ? "" : 17_000 + random.nextInt(50) + ".0";
        String country = COUNTRIES.get(random.nextInt(COUNTRIES.size()));
        for (int line = random.nextInt(1, 12); line > 0; line--) {
          int quantity = random.nextInt(1, 20) * (kind == 0 ? -1 : 1);
          int product = 20_000 + line * 100 + random.nextInt(100);
          BigDecimal price = BigDecimal.valueOf(random.nextInt(1, 2_000), 2);
          writer.write(
              String.join(
                      ",",
                      number,
                      Integer.toString(product),
                      "\"THING, NUMBER " + product + "\"",
                      Integer.toString(quantity),
                      TIME.format(time),
                      price.toString(),
                      customer,
                      country)
                  + "\n");
        }
      }
    }
  }
}
