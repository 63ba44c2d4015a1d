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
 * @param pageBytes what addresses must be a multiple of, a power of two: 4 KiB to 64 KiB
 */
record MemoryAdvice(MethodHandle madvise, MethodHandle address, int pageBytes) {
  private static final int RANDOM = 1;
  private static final int WILL_NEED = 3;

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
      long from = start & -pageBytes;
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
    MethodHandle madvise = function("madvise", "JAVA_LONG", "JAVA_LONG", "JAVA_INT");
    MethodHandle pageBytes = function("getpagesize");
    if (madvise == null || pageBytes == null) {
      return null;
    }
    Class<?> segments = foreign("MemorySegment");
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    MethodHandle address =
        filterReturnValue(
            lookup.findStatic(segments, "ofBuffer", methodType(segments, Buffer.class)),
            lookup.findVirtual(segments, "address", methodType(long.class)));
    try {
      return new MemoryAdvice(madvise, address, (int) pageBytes.invokeExact());
    } catch (Throwable e) { // it declares none
      throw new IllegalStateException("getpagesize cannot be called", e);
    }
  }

  /** A function of C that returns an int; null where there is none of that name. */
  private static @Nullable MethodHandle function(String name, String... parameters)
      throws ReflectiveOperationException {
    Class<?> linkers = foreign("Linker");
    Object linker = linkers.getMethod("nativeLinker").invoke(null);
    Object symbols = linkers.getMethod("defaultLookup").invoke(linker);
    Optional<?> found =
        (Optional<?>) foreign("SymbolLookup").getMethod("find", String.class).invoke(symbols, name);
    if (found.isEmpty()) {
      return null;
    }
    Class<?> descriptors = foreign("FunctionDescriptor");
    Class<?> options = foreign("Linker$Option");
    return (MethodHandle)
        linkers
            .getMethod("downcallHandle", foreign("MemorySegment"), descriptors, options.arrayType())
            .invoke(linker, found.get(), descriptor(parameters), Array.newInstance(options, 0));
  }

  private static Object descriptor(String... parameters) throws ReflectiveOperationException {
    Class<?> values = foreign("ValueLayout");
    Class<?> layouts = foreign("MemoryLayout");
    Object array = Array.newInstance(layouts, parameters.length);
    for (int i = 0; i < parameters.length; i++) {
      Array.set(array, i, values.getField(parameters[i]).get(null));
    }
    return foreign("FunctionDescriptor")
        .getMethod("of", layouts, layouts.arrayType())
        .invoke(null, values.getField("JAVA_INT").get(null), array);
  }

  private static Class<?> foreign(String name) throws ClassNotFoundException {
    return Class.forName("java.lang.foreign." + name);
  }
}
