package io.svmcoord.loadtest.sim.mutant;

import java.lang.constant.ClassDesc;

/**
 * A method by its name, all overloads of it. Written {@code server.kernel.Readers#begin}: a class
 * below {@code io.svmcoord}, or one of the JDK or a library by its full name. Immutable.
 *
 * @param type the class's binary name
 * @param name the method's name
 */
record Member(String type, String name) {
  private static final String ROOT = "io.svmcoord.";

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if it has not the form {@code class#method}
   */
  static Member of(String text) {
    int hash = text.indexOf('#');
    if (hash <= 0 || hash == text.length() - 1) {
      throw new IllegalArgumentException("member: %s (expected: class#method)".formatted(text));
    }
    String type = text.substring(0, hash);
    return new Member(isForeign(type) ? type : ROOT + type, text.substring(hash + 1));
  }

  private static boolean isForeign(String type) {
    return type.startsWith("java.") || type.startsWith("com.");
  }

  ClassDesc typeDesc() {
    return ClassDesc.of(type);
  }

  String internalType() {
    return type.replace('.', '/');
  }

  /** Whether a compiled method is this one, or a lambda written in it. */
  boolean isOrHolds(String compiledName) {
    return compiledName.equals(name) || compiledName.matches("lambda\\$\\Q" + name + "\\E\\$\\d+");
  }

  @Override
  public String toString() {
    return (type.startsWith(ROOT) ? type.substring(ROOT.length()) : type) + "#" + name;
  }
}
