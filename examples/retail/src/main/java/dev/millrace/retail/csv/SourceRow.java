package dev.millrace.retail.csv;

import java.nio.file.Path;

/**
 * A row and where it stands.
 *
 * @param file which file
 * @param line from 1; the header is line 1
 * @param text as written
 * @param row what it says
 */
public record SourceRow(Path file, long line, String text, Row row) {}
