package org.dide.data.scenes;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dide.InputException;

/**
 * How scenes are drawn and what is asked about them.
 *
 * @param seed of every draw
 * @param grid cells of a picture
 * @param jitter pixels by which an object may stand off its cell's middle, either way
 * @param attributes in what objects differ: shape and colour always, size and texture if wanted;
 *     only these are asked for
 * @param clutter grey specks behind the objects
 * @param occlusion probability that an object is partly covered, in [0, 1]
 * @param heldOut colours by shape that no picture shows but those of {@link ScenesDataset#unseen}
 * @param stages what training meets, in order; the last stage lasts, and is what dev and test ask
 * @param trainingSize questions in an epoch of training
 * @param devSize questions of dev
 * @param testSize questions of test
 */
public record ScenesSettings(
    long seed,
    Grid grid,
    int jitter,
    Set<Attribute> attributes,
    int clutter,
    double occlusion,
    Map<Shape, Colour> heldOut,
    List<Stage> stages,
    int trainingSize,
    int devSize,
    int testSize) {

  private static final int SMALLEST_CELL = 12;
  private static final int LARGEST_SIDE = 4096;

  /** Small pictures of 3 by 3 cells of 16 pixels; few objects at first, relations once they pay. */
  public static final ScenesSettings DEFAULT =
      new ScenesSettings(
          0,
          new Grid(3, 3, 16),
          1,
          EnumSet.of(Attribute.SHAPE, Attribute.COLOUR),
          0,
          0,
          Map.of(),
          Stage.CURRICULUM,
          10_000,
          2_000,
          4_000);

  /**
   * Copies and checks.
   *
   * @throws InputException if a setting is out of range
   */
  public ScenesSettings {
    attributes = Collections.unmodifiableSet(new TreeSet<>(attributes)); // in a fixed order
    heldOut = Map.copyOf(heldOut);
    stages = List.copyOf(stages);
    check(
        grid.rows() >= 2 && grid.columns() >= 2 && grid.cells() >= 6,
        "grid",
        grid.rows() + " by " + grid.columns() + " cells",
        "at least 2 rows, 2 columns and 6 cells");
    check(
        grid.cell() >= SMALLEST_CELL
            && Math.max(grid.rows(), grid.columns()) <= LARGEST_SIDE / grid.cell(),
        "grid.cell",
        grid.cell() + " pixels",
        "at least %d, and pictures of at most %d a side".formatted(SMALLEST_CELL, LARGEST_SIDE));
    check(
        jitter >= 0 && jitter <= grid.cell() / 10,
        "jitter",
        jitter,
        "0 to %d pixels in cells of %d".formatted(grid.cell() / 10, grid.cell()));
    check(
        attributes.containsAll(EnumSet.of(Attribute.SHAPE, Attribute.COLOUR)),
        "attributes",
        attributes,
        "SHAPE and COLOUR, and SIZE and TEXTURE if wanted");
    check(clutter >= 0, "clutter", clutter, "at least 0");
    check(occlusion >= 0 && occlusion <= 1, "occlusion", occlusion, "0 to 1");
    check(
        Set.copyOf(heldOut.values()).size() == heldOut.size(),
        "heldOut",
        heldOut,
        "each colour once, so that answers stay balanced");
    check(!stages.isEmpty(), "stages", "none", "at least one");
    for (Stage stage : stages) {
      check(
          stage.maxObjects() <= grid.cells(),
          "stages",
          "up to " + stage.maxObjects() + " objects",
          "at most one for each of %d cells".formatted(grid.cells()));
      check(
          !stage.numbersLines() || Math.max(grid.rows(), grid.columns()) <= Grid.MOST_NUMBERED,
          "grid",
          grid.rows() + " by " + grid.columns() + " cells",
          "at most %d rows and columns where they are asked for by number (where, place)"
              .formatted(Grid.MOST_NUMBERED));
    }
    check(trainingSize > 0, "trainingSize", trainingSize, "at least 1");
    check(devSize > 0, "devSize", devSize, "at least 1");
    check(testSize > 0, "testSize", testSize, "at least 1");
  }

  /** The same scenes drawn from another seed. */
  public ScenesSettings withSeed(long another) {
    return new ScenesSettings(
        another,
        grid,
        jitter,
        attributes,
        clutter,
        occlusion,
        heldOut,
        stages,
        trainingSize,
        devSize,
        testSize);
  }

  /** The same scenes, so many questions in each part. */
  public ScenesSettings withSizes(int size) {
    return new ScenesSettings(
        seed, grid, jitter, attributes, clutter, occlusion, heldOut, stages, size, size, size);
  }

  /** The stage of an epoch of training. */
  Stage stage(int epoch) {
    long end = 0;
    for (Stage stage : stages) {
      end += stage.epochs();
      if (epoch < end) {
        return stage;
      }
    }
    return lastStage();
  }

  /** The stage that lasts. */
  Stage lastStage() {
    return stages.get(stages.size() - 1);
  }

  /** Whether only the unseen part may show such an object. */
  boolean holdsOut(Look look) {
    return heldOut.get(look.shape()) == look.colour();
  }

  private static void check(boolean good, String key, Object found, String allowed) {
    if (!good) {
      throw new InputException("scenes.%s: found %s; allowed: %s".formatted(key, found, allowed));
    }
  }
}
