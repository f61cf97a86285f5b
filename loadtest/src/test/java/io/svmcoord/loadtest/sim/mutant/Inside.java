package io.svmcoord.loadtest.sim.mutant;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** For stand-ins: what is private in the product's objects, by name. Stateless. */
public final class Inside {
  private Inside() {}

  /**
   * The value of a field.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <T> T get(Object owner, String name) {
    try {
      return (T) field(owner, name).get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Calls the one method of that name; what it throws is passed on. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <T> T call(Object owner, String name, Object... arguments) {
    List<Method> found =
        Arrays.stream(owner.getClass().getDeclaredMethods())
            .filter(
                method ->
                    method.getName().equals(name) && method.getParameterCount() == arguments.length)
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "method: %s of %s, %d times (expected: once)"
              .formatted(name, owner.getClass(), found.size()));
    }
    try {
      found.getFirst().setAccessible(true);
      return (T) found.getFirst().invoke(owner, arguments);
    } catch (ReflectiveOperationException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Object owner, String name) {
    for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          return field;
        }
      }
    }
    throw new IllegalArgumentException(
        "field: %s of %s (expected: one that exists)".formatted(name, owner.getClass()));
  }
}
