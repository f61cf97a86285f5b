package io.svmcoord.loadtest.sim.mutant;

import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One change of one method's code. Immutable.
 *
 * <p>A <em>stand-in</em> is a static method of the test tree that takes the place of what the
 * product would have done. It may live in the product's package and so sees what is package-private
 * there. It takes the receiver (unless the callee is static) and the arguments, and may take the
 * object whose method is changed as one more, at the end.
 */
sealed interface Rewrite {
  /** The method that is changed. */
  Member place();

  /**
   * The class with the change made.
   *
   * @throws IllegalStateException if the place is gone, or holds not as many of what is to be
   *     changed as was said
   */
  byte[] apply(ClassFiles files, byte[] type);

  /** The method only answers this: a boolean, int, long or null, whatever is asked of it. */
  static Rewrite constant(String place, @Nullable Object value) {
    return new Body(Member.of(place), (code, files, method) -> answer(code, method, value));
  }

  /** The method does nothing. */
  static Rewrite nothing(String place) {
    return constant(place, null);
  }

  /** The stand-in does all that the method would have done. */
  static Rewrite body(String place, String standIn) {
    Member replacement = Member.of(standIn);
    return new Body(
        Member.of(place),
        (code, files, method) -> {
          MethodModel target = files.method(replacement);
          boolean isStatic = method.flags().has(AccessFlag.STATIC);
          requireArity(replacement, target, method.methodTypeSymbol(), isStatic, 0);
          if (!isStatic) {
            code.aload(0);
          }
          for (int i = 0; i < method.methodTypeSymbol().parameterCount(); i++) {
            ClassDesc parameter = method.methodTypeSymbol().parameterType(i);
            code.loadLocal(TypeKind.from(parameter), code.parameterSlot(i));
          }
          code.invokestatic(replacement.typeDesc(), replacement.name(), target.methodTypeSymbol());
          code.return_(TypeKind.from(method.methodTypeSymbol().returnType()));
        });
  }

  /** What the method answers goes through the stand-in, which may take the object as well. */
  static Rewrite result(String place, String standIn) {
    return new Result(Member.of(place), Member.of(standIn));
  }

  /** In this method, and the lambdas in it, the stand-in is called instead of the callee. */
  static Calls redirect(String place, String callee, String standIn) {
    Member replacement = Member.of(standIn);
    return new Calls(
        Member.of(place),
        Member.of(callee),
        1,
        (code, files, caller, call) -> {
          MethodModel target = files.method(replacement);
          boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
          int extra = requireArity(replacement, target, call.typeSymbol(), isStatic, 1);
          if (extra == 1) {
            if (caller.flags().has(AccessFlag.STATIC)) {
              throw new IllegalStateException(
                  "%s takes the object of the call (expected: no static method there)"
                      .formatted(replacement));
            }
            code.aload(0);
          }
          code.invokestatic(replacement.typeDesc(), replacement.name(), target.methodTypeSymbol());
        });
  }

  /** In this method, and the lambdas in it, the callee is not called: it "answers" 0 or null. */
  static Calls skip(String place, String callee) {
    return new Calls(
        Member.of(place),
        Member.of(callee),
        1,
        (code, files, caller, call) -> {
          MethodTypeDesc type = call.typeSymbol();
          for (int i = type.parameterCount() - 1; i >= 0; i--) {
            pop(code, TypeKind.from(type.parameterType(i)));
          }
          if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
          }
          pushDefault(code, TypeKind.from(type.returnType()));
        });
  }

  /** In this method, and the lambdas in it, the callee's yes is taken for no. */
  static Calls negate(String place, String callee) {
    return new Calls(
        Member.of(place),
        Member.of(callee),
        1,
        (code, files, caller, call) -> {
          if (TypeKind.from(call.typeSymbol().returnType()) != TypeKind.BOOLEAN) {
            throw new IllegalStateException(
                "%s (expected: a method that answers a boolean)".formatted(callee));
          }
          code.with(call).iconst_1().ixor();
        });
  }

  /** Writes the new body of a method. */
  @FunctionalInterface
  interface BodyWriter {
    void write(CodeBuilder code, ClassFiles files, MethodModel method);
  }

  /** Writes what stands for one call. */
  @FunctionalInterface
  interface CallWriter {
    void write(CodeBuilder code, ClassFiles files, MethodModel caller, InvokeInstruction call);
  }

  /** A whole method. */
  record Body(Member place, BodyWriter writer) implements Rewrite {
    @Override
    public byte[] apply(ClassFiles files, byte[] type) {
      return changeMethods(
          files,
          type,
          this,
          1,
          method -> method.methodName().equalsString(place.name()) && !isSynthetic(method),
          (method, count) ->
              (builder, element) -> {
                if (element instanceof CodeModel) {
                  count.incrementAndGet();
                  builder.withCode(code -> writer.write(code, files, method));
                } else {
                  builder.with(element);
                }
              });
    }

    @Override
    public String toString() {
      return place.toString();
    }
  }

  /** What a method answers. */
  record Result(Member place, Member standIn) implements Rewrite {
    @Override
    public byte[] apply(ClassFiles files, byte[] type) {
      MethodModel target = files.method(standIn);
      int arity = target.methodTypeSymbol().parameterCount();
      if (!target.flags().has(AccessFlag.STATIC) || arity < 1 || arity > 2) {
        throw new IllegalStateException(
            "%s (expected: a static method of the answer, and of the object if it wants)"
                .formatted(standIn));
      }
      return changeMethods(
          files,
          type,
          this,
          1,
          method -> method.methodName().equalsString(place.name()) && !isSynthetic(method),
          (method, count) -> {
            count.incrementAndGet();
            return MethodTransform.transformingCode(
                (code, element) -> {
                  if (element instanceof ReturnInstruction) {
                    if (arity == 2) {
                      code.aload(0);
                    }
                    code.invokestatic(
                        standIn.typeDesc(), standIn.name(), target.methodTypeSymbol());
                  }
                  code.with(element);
                });
          });
    }

    @Override
    public String toString() {
      return place.toString();
    }
  }

  /**
   * Calls within a method.
   *
   * @param times how many there are
   */
  record Calls(Member place, Member callee, int times, CallWriter writer) implements Rewrite {
    /** There are that many such calls, and all are changed. */
    Calls times(int number) {
      return new Calls(place, callee, number, writer);
    }

    @Override
    public byte[] apply(ClassFiles files, byte[] type) {
      return changeMethods(
          files,
          type,
          this,
          times,
          method -> place.isOrHolds(method.methodName().stringValue()),
          (method, count) -> MethodTransform.transformingCode(transform(files, method, count)));
    }

    private CodeTransform transform(ClassFiles files, MethodModel caller, AtomicInteger count) {
      return (code, element) -> {
        if (element instanceof InvokeInstruction call
            && call.owner().name().equalsString(callee.internalType())
            && call.name().equalsString(callee.name())) {
          count.incrementAndGet();
          writer.write(code, files, caller, call);
        } else {
          code.with(element);
        }
      };
    }

    @Override
    public String toString() {
      return "%s in %s".formatted(callee, place);
    }
  }

  /** How one method is changed; counts what it changes. */
  @FunctionalInterface
  interface MethodChange {
    MethodTransform of(MethodModel method, AtomicInteger count);
  }

  private static byte[] changeMethods(
      ClassFiles files,
      byte[] type,
      Rewrite rewrite,
      int times,
      Predicate<MethodModel> scope,
      MethodChange change) {
    AtomicInteger count = new AtomicInteger();
    ClassModel model = files.context().parse(type);
    ClassTransform transform =
        (builder, element) -> {
          if (element instanceof MethodModel method && scope.test(method)) {
            builder.transformMethod(method, change.of(method, count));
          } else {
            builder.with(element);
          }
        };
    byte[] changed = files.context().transformClass(model, transform);
    if (count.get() != times) {
      throw new IllegalStateException(
          "%s: found %d times (expected: %d)".formatted(rewrite, count.get(), times));
    }
    return changed;
  }

  private static boolean isSynthetic(MethodModel method) {
    return method.flags().has(AccessFlag.SYNTHETIC);
  }

  /** The number of arguments that the stand-in takes more, up to {@code extraMax}. */
  private static int requireArity(
      Member standIn, MethodModel target, MethodTypeDesc original, boolean isStatic, int extraMax) {
    int needed = original.parameterCount() + (isStatic ? 0 : 1);
    int extra = target.methodTypeSymbol().parameterCount() - needed;
    if (!target.flags().has(AccessFlag.STATIC) || extra < 0 || extra > extraMax) {
      throw new IllegalStateException(
          "%s%s (expected: a static method for %s)"
              .formatted(standIn, target.methodTypeSymbol().displayDescriptor(), original));
    }
    return extra;
  }

  private static void answer(CodeBuilder code, MethodModel method, @Nullable Object value) {
    TypeKind kind = TypeKind.from(method.methodTypeSymbol().returnType());
    switch (value) {
      case null -> pushDefault(code, kind);
      case Boolean yes -> code.loadConstant(yes ? 1 : 0);
      case Integer number -> code.loadConstant(number);
      case Long number -> code.loadConstant(number);
      default ->
          throw new IllegalArgumentException(
              "value: %s (expected: a boolean, int, long or null)".formatted(value));
    }
    code.return_(kind);
  }

  private static void pop(CodeBuilder code, TypeKind kind) {
    if (kind.slotSize() == 2) {
      code.pop2();
    } else {
      code.pop();
    }
  }

  private static void pushDefault(CodeBuilder code, TypeKind kind) {
    switch (kind) {
      case VOID -> {
        // Nothing to answer.
      }
      case REFERENCE -> code.aconst_null();
      case LONG -> code.lconst_0();
      case DOUBLE -> code.dconst_0();
      case FLOAT -> code.fconst_0();
      case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.iconst_0();
    }
  }
}
