package io.svmcoord.loadtest.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MutatedClassesTest {
  private static final String TOY = "loadtest.sim.mutant.Toy#";
  private static final String STAND_INS = "loadtest.sim.mutant.ToyStandIns#";
  private static final String UNCHANGED = "small large 13 a,b,c hello toy";

  private static String answers(Rewrite... rewrites) throws ReflectiveOperationException {
    Class<?> toy = new MutatedClasses(List.of(rewrites)).loadClass(Toy.class.getName());
    assertThat(toy).isNotSameAs(Toy.class);
    Method answers = toy.getDeclaredMethod("answers");
    answers.setAccessible(true);
    return (String) answers.invoke(null);
  }

  @Test
  void classes_withoutRewrites_areTheSameAgain() throws Exception {
    assertThat(answers()).isEqualTo(UNCHANGED).isEqualTo(Toy.answers());
  }

  @Test
  void constant_ofEachKind_isAllThatTheMethodDoes() throws Exception {
    assertThat(answers(Rewrite.constant(TOY + "isSmall", true)))
        .isEqualTo("small small 13 a,b,c hello toy");
    assertThat(answers(Rewrite.constant(TOY + "sum", 7L)))
        .isEqualTo("small large 7 a,b,c hello toy");
    assertThat(answers(Rewrite.constant(TOY + "greeting", null)))
        .isEqualTo("small large 13 a,b,c null");
    assertThat(answers(Rewrite.nothing(TOY + "note"))).isEqualTo("small large 13  hello toy");
  }

  @Test
  void body_isTheStandIns() throws Exception {
    assertThat(answers(Rewrite.body(TOY + "sum", STAND_INS + "product")))
        .isEqualTo("small large 20 a,b,c hello toy");
    assertThat(answers(Rewrite.body(TOY + "greeting", STAND_INS + "farewell")))
        .isEqualTo("small large 13 a,b,c goodbye toy");
  }

  @Test
  void result_goesThroughTheStandIn_withTheObjectIfItWants() throws Exception {
    assertThat(answers(Rewrite.result(TOY + "sum", STAND_INS + "doubled")))
        .isEqualTo("small large 36 a,b,c hello toy");
    assertThat(answers(Rewrite.result(TOY + "sum", STAND_INS + "negative")))
        .isEqualTo("small large -13 a,b,c hello toy");
  }

  @Test
  void redirect_reachesCallsInLambdasToo() throws Exception {
    Rewrite.Calls twice = Rewrite.redirect(TOY + "notes", TOY + "note", STAND_INS + "noteTwice");
    assertThat(answers(twice.times(3))).isEqualTo("small large 13 a,a,b,b,c,c hello toy");
    assertThat(
            answers(Rewrite.redirect(TOY + "greetLater", TOY + "greeting", STAND_INS + "farewell")))
        .isEqualTo("small large 13 a,b,c goodbye toy");
  }

  @Test
  void redirect_withOneArgumentMore_givesTheCaller() throws Exception {
    assertThat(
            answers(Rewrite.redirect(TOY + "size", TOY + "isSmall", STAND_INS + "isSmallAsTold")))
        .isEqualTo("small large 13 a,b,c hello toy");
    assertThatThrownBy(
            () ->
                answers(
                    Rewrite.redirect(
                        TOY + "greetLater", TOY + "greeting", STAND_INS + "farewellWithObject")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ToyStandIns#farewellWithObject takes the object");
  }

  @Test
  void skip_dropsTheArguments_andAnswersNothing() throws Exception {
    assertThat(answers(Rewrite.skip(TOY + "notes", TOY + "note").times(3)))
        .isEqualTo("small large 13  hello toy");
    assertThat(answers(Rewrite.skip(TOY + "size", TOY + "isSmall")))
        .isEqualTo("large large 13 a,b,c hello toy");
    assertThat(answers(Rewrite.skip(TOY + "notes", "java.lang.String#join")))
        .isEqualTo("small large 13 null hello toy");
  }

  @Test
  void negate_turnsTheAnswer() throws Exception {
    assertThat(answers(Rewrite.negate(TOY + "size", TOY + "isSmall")))
        .isEqualTo("large small 13 a,b,c hello toy");
  }

  @Test
  void rewrites_ofOneClass_addUp() throws Exception {
    assertThat(answers(Rewrite.constant(TOY + "isSmall", true), Rewrite.constant(TOY + "sum", 7L)))
        .isEqualTo("small small 7 a,b,c hello toy");
  }

  @Test
  void rewrite_thatFindsNothing_failsAndNamesIt() {
    assertThatThrownBy(() -> answers(Rewrite.constant(TOY + "isTiny", true)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("loadtest.sim.mutant.Toy#isTiny: found 0 times (expected: 1)");
    assertThatThrownBy(() -> answers(Rewrite.skip(TOY + "notes", TOY + "note")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "loadtest.sim.mutant.Toy#note in loadtest.sim.mutant.Toy#notes:"
                + " found 3 times (expected: 1)");
    assertThatThrownBy(() -> answers(Rewrite.nothing("loadtest.sim.mutant.Gone#note")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Gone (expected: one that exists)");
    assertThatThrownBy(() -> answers(Rewrite.body(TOY + "sum", STAND_INS + "gone")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ToyStandIns#gone, 0 times");
  }

  @Test
  void standIn_ofOtherArguments_isRefused() {
    assertThatThrownBy(() -> answers(Rewrite.body(TOY + "sum", STAND_INS + "farewell")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ToyStandIns#farewell");
  }
}
