package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class InitialTest {
  private static final int SIDE = 5;
  private static final int WIDTH = 64;

  @Test
  void aStepToTheSideIsTheSameInEveryRow() {
    float[] places = places();
    for (int row = 1; row < SIDE; row++) {
      for (int i = 0; i < WIDTH; i++) {
        double first = place(places, 0, 1, i) - place(places, 0, 0, i);
        double here = place(places, row, 1, i) - place(places, row, 0, i);
        assertThat(here).isCloseTo(first, within(1e-6));
      }
    }
  }

  @Test
  void placesDifferAndAreAsWideAsAsked() {
    float[] places = places();
    double squares = 0;
    for (float value : places) {
      squares += (double) value * value;
    }
    assertThat(Math.sqrt(squares / places.length)).isCloseTo(0.3, within(0.03));
    assertThat(place(places, 0, 1, 0)).isNotEqualTo(place(places, 1, 0, 0));
  }

  private static float[] places() {
    float[] values = new float[(1 + SIDE * SIDE) * WIDTH];
    Initial.grid(0.3).fill(Draws.of(1, "places"), values, 1, 1 + SIDE * SIDE, WIDTH);
    return values;
  }

  private static double place(float[] places, int row, int column, int i) {
    return places[(1 + row * SIDE + column) * WIDTH + i];
  }
}
