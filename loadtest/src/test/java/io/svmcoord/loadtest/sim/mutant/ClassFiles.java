package io.svmcoord.loadtest.sim.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.List;

/** The class files that there are, as the compiler wrote them. Thread-safe. */
final class ClassFiles {
  private final ClassLoader source;
  private final ClassFile context;

  /** Those that a class loader finds. */
  ClassFiles(ClassLoader source) {
    this.source = source;
    ClassHierarchyResolver hierarchy =
        ClassHierarchyResolver.ofResourceParsing(source)
            .orElse(ClassHierarchyResolver.defaultResolver());
    this.context = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
  }

  /** How class files are read and written: knows all classes, for the stack maps. */
  ClassFile context() {
    return context;
  }

  /**
   * The bytes of a class.
   *
   * @param type binary name
   * @throws IllegalArgumentException if there is none of that name
   */
  byte[] read(String type) {
    try (InputStream in = source.getResourceAsStream(type.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new IllegalArgumentException("class: %s (expected: one that exists)".formatted(type));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ClassModel parse(String type) {
    return context.parse(read(type));
  }

  /**
   * The one method of that name.
   *
   * @throws IllegalArgumentException if there is none or several
   */
  MethodModel method(Member member) {
    List<MethodModel> found =
        parse(member.type()).methods().stream()
            .filter(method -> method.methodName().equalsString(member.name()))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "method: %s, %d times (expected: once)".formatted(member, found.size()));
    }
    return found.getFirst();
  }
}
