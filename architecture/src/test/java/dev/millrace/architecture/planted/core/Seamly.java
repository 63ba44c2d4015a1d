package dev.millrace.architecture.planted.core;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Is given what it needs: no method here breaks a rule. */
public record Seamly(Clock clock, Random random, Executor executor) {

  public Instant instant() {
    return clock.instant();
  }

  public LocalDate day() {
    return LocalDate.now(clock);
  }

  @SuppressWarnings("JavaUtilDate")
  public Date date() {
    return new Date(clock.millis());
  }

  public int chance() {
    return random.nextInt();
  }

  public void shuffle(List<String> list) {
    Collections.shuffle(list, random);
  }

  public CompletableFuture<String> async() {
    return CompletableFuture.supplyAsync(() -> "later", executor);
  }

  public Path path(String folder) {
    return Path.of(folder).resolve("segment");
  }
}
