package dev.millrace.retail;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Imports files into a folder and prints the report: a process for tests to kill. */
final class ImportOnce {
  private ImportOnce() {}

  /**
   * Imports.
   *
   * @param arguments the folder, then the files
   */
  public static void main(String[] arguments) {
    List<Path> files = Arrays.stream(arguments).skip(1).map(Path::of).toList();
    try (RetailApplication shop = RetailApplication.open(Path.of(arguments[0]))) {
      System.out.println(shop.importer().run(files, ImportListener.NONE));
      System.out.println(shop.report());
    }
  }
}
