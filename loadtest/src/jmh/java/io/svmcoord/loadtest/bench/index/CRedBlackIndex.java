package io.svmcoord.loadtest.bench.index;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An augmented red-black tree in C, {@code src/jmh/c/interval_tree.c}: compiled by gcc on first use
 * and called through {@code java.lang.foreign}, as a critical function, which costs a few
 * nanoseconds a call. It sums the values itself, so no hit crosses over.
 */
@SuppressWarnings("restricted") // The run allows it: --enable-native-access.
final class CRedBlackIndex implements IntervalIndex {
  private static final Path SOURCE = Path.of("src", "jmh", "c", "interval_tree.c");
  private static final long COMPILE_SECONDS_MAX = 60;

  /** The functions of the library, which stays loaded. */
  private record Library(
      MethodHandle create,
      MethodHandle insert,
      MethodHandle remove,
      MethodHandle sumOverlaps,
      MethodHandle bytes) {}

  private static final class Loaded {
    static final MethodHandle CREATE;
    static final MethodHandle INSERT;
    static final MethodHandle REMOVE;
    static final MethodHandle SUM_OVERLAPS;
    static final MethodHandle BYTES;

    static {
      Library library = load();
      CREATE = library.create();
      INSERT = library.insert();
      REMOVE = library.remove();
      SUM_OVERLAPS = library.sumOverlaps();
      BYTES = library.bytes();
    }
  }

  private final MemorySegment tree;

  CRedBlackIndex() {
    try {
      tree = (MemorySegment) Loaded.CREATE.invokeExact();
    } catch (Throwable failure) {
      throw new IllegalStateException("tree_create: failed (expected: a tree)", failure);
    }
  }

  private static Library load() {
    try {
      Path library = compile();
      SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
      return new Library(
          function(symbols, "tree_create", FunctionDescriptor.of(ADDRESS)),
          function(
              symbols,
              "tree_insert",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT)),
          function(symbols, "tree_remove", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT)),
          function(
              symbols,
              "tree_sum_overlaps",
              FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG)),
          function(symbols, "tree_bytes", FunctionDescriptor.of(JAVA_LONG, ADDRESS)));
    } catch (IOException failure) {
      throw new IllegalStateException(
          "gcc: not run (expected: a C compiler on the path; this row is left out)", failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("gcc: interrupted (expected: a library)", failure);
    }
  }

  private static MethodHandle function(
      SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(symbols.findOrThrow(name), descriptor, Linker.Option.critical(false));
  }

  private static Path compile() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("interval-tree");
    Path library = directory.resolve("libinterval_tree.so");
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-O2",
                "-std=c11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                SOURCE.toString())
            .inheritIO()
            .start();
    if (!gcc.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
      gcc.destroy();
      throw new IllegalStateException("gcc: failed (expected: a library of " + SOURCE + ")");
    }
    library.toFile().deleteOnExit();
    directory.toFile().deleteOnExit();
    return library;
  }

  @Override
  public int insert(long first, long last, int value) {
    try {
      return (int) Loaded.INSERT.invokeExact(tree, first, last, value);
    } catch (Throwable failure) {
      throw new IllegalStateException("tree_insert: failed (expected: a slot)", failure);
    }
  }

  @Override
  public void remove(int handle) {
    try {
      Loaded.REMOVE.invokeExact(tree, handle);
    } catch (Throwable failure) {
      throw new IllegalStateException("tree_remove: failed (expected: removed)", failure);
    }
  }

  @Override
  public long sumOverlaps(long first, long last) {
    try {
      return (long) Loaded.SUM_OVERLAPS.invokeExact(tree, first, last);
    } catch (Throwable failure) {
      throw new IllegalStateException("tree_sum_overlaps: failed (expected: a sum)", failure);
    }
  }

  @Override
  public long memoryBytes() {
    try {
      return (long) Loaded.BYTES.invokeExact(tree);
    } catch (Throwable failure) {
      throw new IllegalStateException("tree_bytes: failed (expected: a number)", failure);
    }
  }
}
