package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dide.tensor.HalfMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Native memory is given back: 2,000 steps and 2,000 answers leave the process as it was. */
@EnabledOnOs(OS.LINUX)
final class SoakTest {
  /** Megabytes; so large that the garbage collector, which frees lost tensors, hardly runs. */
  private static final int HEAP = 1000;

  private static final int COUNT = 2000;
  private static final int WARM = 500;

  /** Bytes a step or a request: without a leak 0 to 900 were seen, from chunks of half a MiB. */
  private static final double BOUND = 4096;

  /** Native objects more than at another moment; one lost in each step makes hundreds. */
  private static final double OBJECTS = 50;

  @TempDir private Path folder;

  @Test
  void residentSizeStaysFlat() throws Exception {
    List<String> arguments = List.of(folder.toString(), Integer.toString(COUNT));
    try (Child child = Child.start(HEAP, Soak.class.getName(), arguments)) {
      assertThat(child.end()).as(child.said()).isZero();
      for (String kind : kinds()) {
        List<double[]> samples = samples(child.said(), kind);
        var objects = samples.stream().mapToDouble(sample -> sample[2]).summaryStatistics();
        assertThat(objects.getMax() - objects.getMin()).as("%s, objects", kind).isLessThan(OBJECTS);
        double slope = slope(samples);
        System.out.printf("%s: %.0f bytes each%n", kind, slope);
        assertThat(slope).as("%s, bytes each", kind).isLessThan(BOUND);
      }
    }
  }

  private static List<String> kinds() {
    return HalfMatrix.isSupported()
        ? List.of("train", "answer", "round")
        : List.of("train", "answer");
  }

  private static List<double[]> samples(String said, String kind) {
    List<double[]> samples =
        said.lines()
            .filter(line -> line.startsWith(kind + " "))
            .map(line -> Arrays.stream(line.split(" ")).skip(1))
            .map(numbers -> numbers.mapToDouble(Double::parseDouble).toArray())
            .filter(sample -> sample[0] > WARM)
            .toList();
    assertThat(samples).hasSizeGreaterThan(50);
    return samples;
  }

  /** The median slope between any two samples (Theil and Sen): one leap does not move it. */
  private static double slope(List<double[]> samples) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      for (int j = i + 1; j < samples.size(); j++) {
        double[] from = samples.get(i);
        double[] to = samples.get(j);
        slopes.add((to[1] - from[1]) / (to[0] - from[0]));
      }
    }
    return slopes.stream().sorted().skip(slopes.size() / 2).findFirst().orElseThrow();
  }
}
