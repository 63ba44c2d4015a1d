package dev.millrace.log.wiring;

import static java.lang.invoke.MethodHandles.filterReturnValue;
import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.MappedByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the system is told of mapped memory: {@code madvise(2)} of Linux and macOS.
 *
 * <p>It is called through {@code java.lang.foreign}, which libraries for Java 21 cannot name: hence
 * by reflection. There is none before Java 22, and where the process was not started with {@code
 * --enable-native-access}, since the first call would print a warning.
 *
 * @param madvise takes address, length and advice
 * @param address of the first byte of a buffer
 */
record MemoryAdvice(MethodHandle madvise, MethodHandle address) {
  private static final int RANDOM = 1;
  private static final int WILL_NEED = 3;
  private static final long PAGE_MASK = -4096;

  /** A fault reads the page that it needs, and none around it. */
  void random(MappedByteBuffer mapped) {
    advise(mapped, 0, mapped.capacity(), RANDOM);
  }

  /** Begins to read the pages of a range that are not there, without waiting for them. */
  void willNeed(MappedByteBuffer mapped, int offset, int length) {
    advise(mapped, offset, length, WILL_NEED);
  }

  private void advise(MappedByteBuffer mapped, int offset, int length, int advice) {
    try {
      long start = (long) address.invokeExact((Buffer) mapped) + offset;
      long from = start & PAGE_MASK;
      int unused = (int) madvise.invokeExact(from, start + length - from, advice); // only a hint
    } catch (Throwable e) { // it declares none
      throw new IllegalStateException("madvise cannot be called", e);
    } finally {
      Reference.reachabilityFence(mapped); // nobody may unmap it meanwhile
    }
  }

  /** Looked for once, when it is first asked for. */
  private static final class Holder {
    static final @Nullable MemoryAdvice SYSTEM = find();
  }

  /** That of this process; null where there is none. The first call takes some 0.2 seconds. */
  static @Nullable MemoryAdvice system() {
    return Holder.SYSTEM;
  }

  private static @Nullable MemoryAdvice find() {
    String system = System.getProperty("os.name", "");
    boolean known = system.startsWith("Linux") || system.startsWith("Mac");
    try {
      return known && nativeAccessIsEnabled() ? linked() : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static boolean nativeAccessIsEnabled() throws ReflectiveOperationException {
    return Runtime.version().feature() >= 22
        && (boolean)
            Module.class.getMethod("isNativeAccessEnabled").invoke(MemoryAdvice.class.getModule());
  }

  private static @Nullable MemoryAdvice linked() throws ReflectiveOperationException {
    Class<?> linkers = foreign("Linker");
    Class<?> segments = foreign("MemorySegment");
    Object linker = linkers.getMethod("nativeLinker").invoke(null);
    Object symbols = linkers.getMethod("defaultLookup").invoke(linker);
    Optional<?> function =
        (Optional<?>)
            foreign("SymbolLookup").getMethod("find", String.class).invoke(symbols, "madvise");
    if (function.isEmpty()) {
      return null;
    }
    Class<?> options = foreign("Linker$Option").arrayType();
    MethodHandle madvise =
        (MethodHandle)
            linkers
                .getMethod("downcallHandle", segments, foreign("FunctionDescriptor"), options)
                .invoke(
                    linker,
                    function.get(),
                    descriptor(),
                    Array.newInstance(options.getComponentType(), 0));
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    return new MemoryAdvice(
        madvise,
        filterReturnValue(
            lookup.findStatic(segments, "ofBuffer", methodType(segments, Buffer.class)),
            lookup.findVirtual(segments, "address", methodType(long.class))));
  }

  /** {@code int madvise(long, long, int)}. */
  private static Object descriptor() throws ReflectiveOperationException {
    Class<?> values = foreign("ValueLayout");
    Object aLong = values.getField("JAVA_LONG").get(null);
    Object anInt = values.getField("JAVA_INT").get(null);
    Class<?> layouts = foreign("MemoryLayout");
    Object parameters = Array.newInstance(layouts, 3);
    Array.set(parameters, 0, aLong);
    Array.set(parameters, 1, aLong);
    Array.set(parameters, 2, anInt);
    return foreign("FunctionDescriptor")
        .getMethod("of", layouts, layouts.arrayType())
        .invoke(null, anInt, parameters);
  }

  private static Class<?> foreign(String name) throws ClassNotFoundException {
    return Class.forName("java.lang.foreign." + name);
  }
}
