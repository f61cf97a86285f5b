package io.svmcoord.loadtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void of_oddNumber_takesTheMiddle() {
    assertThat(Spread.of(new double[] {9, 1, 2.04}, 10)).isEqualTo(new Spread(2, 1, 9));
  }

  @Test
  void of_evenNumber_takesBetweenTheMiddleOnes() {
    assertThat(Spread.of(new double[] {4, 1, 2, 3}, 10)).isEqualTo(new Spread(2.5, 1, 4));
  }

  @Test
  void ofRatios_oneSaysNothing_isNone() {
    assertThat(Spread.ofRatios(new double[] {1, 2})).isEqualTo(new Spread(1.5, 1, 2));
    assertThat(Spread.ofRatios(new double[] {1, Double.NaN})).isNull();
    assertThat(Turns.ratio(List.of(3.0, 2.0), List.of(2.0, 0.0), Double::doubleValue)).isNull();
  }

  @Test
  void of_one_isItself() {
    assertThat(Spread.of(new double[] {1.2345}, 1000)).isEqualTo(new Spread(1.235, 1.235, 1.235));
  }
}
