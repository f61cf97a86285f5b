package io.svmcoord.loadtest.sim.mutant;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The product's classes, all defined anew, some of them changed. Generated messages and what is not
 * the project's own are shared with the parent: they know nothing of the changed ones. Thread-safe.
 */
final class MutatedClasses extends ClassLoader {
  private static final String OWN = "io.svmcoord.";
  private static final String SHARED = "io.svmcoord.v1.";

  static {
    registerAsParallelCapable();
  }

  private final ClassFiles files;
  private final Map<String, byte[]> changed = new HashMap<>();

  /**
   * Makes all changes at once, so that one that does not fit is known before anything runs.
   *
   * @throws IllegalStateException naming the first that does not fit
   */
  MutatedClasses(List<Rewrite> rewrites) {
    super(MutatedClasses.class.getClassLoader());
    files = new ClassFiles(MutatedClasses.class.getClassLoader());
    for (Rewrite rewrite : rewrites) {
      changed.compute(
          rewrite.place().type(),
          (type, before) -> rewrite.apply(files, before == null ? files.read(type) : before));
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean isResolved) throws ClassNotFoundException {
    if (!name.startsWith(OWN) || name.startsWith(SHARED)) {
      return super.loadClass(name, isResolved);
    }
    synchronized (getClassLoadingLock(name)) {
      @Nullable Class<?> known = findLoadedClass(name);
      return known == null ? define(name) : known;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = changed.get(name);
    if (bytes == null) {
      try {
        bytes = files.read(name);
      } catch (IllegalArgumentException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  /** The names of the classes that are changed. */
  List<String> changed() {
    return changed.keySet().stream().sorted().toList();
  }
}
