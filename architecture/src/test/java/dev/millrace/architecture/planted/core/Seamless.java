package dev.millrace.architecture.planted.core;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Every method here touches time, chance, threads, disk or network by itself. */
public final class Seamless {

  public Instant instant() {
    return Instant.now();
  }

  public Supplier<Instant> instantByReference() {
    return Instant::now;
  }

  public Supplier<String> instantInLambda() {
    return () -> "at " + Instant.now();
  }

  public LocalDate day() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  public Clock systemClock() {
    return Clock.systemUTC();
  }

  public long millis() {
    return System.currentTimeMillis();
  }

  public long nanos() {
    return System.nanoTime();
  }

  @SuppressWarnings("JavaUtilDate")
  public Date date() {
    return new Date();
  }

  public Random random() {
    return new Random();
  }

  public Random seeded() {
    return new Random(7);
  }

  public Supplier<Random> randomByReference() {
    return Random::new;
  }

  public SplittableRandom splittable() {
    return new SplittableRandom(7);
  }

  public RandomGenerator generator() {
    return RandomGenerator.getDefault();
  }

  public int threadLocal() {
    return ThreadLocalRandom.current().nextInt();
  }

  public double mathRandom() {
    return Math.random();
  }

  public UUID uuid() {
    return UUID.randomUUID();
  }

  public void shuffle(List<String> list) {
    Collections.shuffle(list);
  }

  public int identity(Object object) {
    return System.identityHashCode(object);
  }

  public void sleep() throws InterruptedException {
    Thread.sleep(1);
  }

  public void sleepInUnits() throws InterruptedException {
    TimeUnit.SECONDS.sleep(1);
  }

  public void park() {
    LockSupport.parkNanos(1);
  }

  public Thread thread(Runnable work) {
    return new Thread(work);
  }

  public Thread virtual(Runnable work) {
    return Thread.startVirtualThread(work);
  }

  public Thread.Builder builder() {
    return Thread.ofVirtual();
  }

  public AutoCloseable executor() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }

  public ForkJoinPool pool() {
    return ForkJoinPool.commonPool();
  }

  public CompletableFuture<String> async() {
    return CompletableFuture.supplyAsync(() -> "later");
  }

  public CompletableFuture<String> timeout(CompletableFuture<String> future) {
    return future.orTimeout(1, TimeUnit.SECONDS);
  }

  public long parallel(List<String> list) {
    return list.parallelStream().count();
  }

  public FileChannel channel(Path path) throws IOException {
    return FileChannel.open(path);
  }

  public boolean exists(Path path) {
    return Files.exists(path);
  }

  public boolean existsAsFile(File file) {
    return file.exists();
  }

  public RandomAccessFile randomAccess(String path) throws IOException {
    return new RandomAccessFile(path, "r");
  }

  public FileInputStream stream(String path) throws IOException {
    return new FileInputStream(path);
  }

  public Socket socket() throws IOException {
    return new Socket("localhost", 1);
  }
}
