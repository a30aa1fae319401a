package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dide.data.CaptionedPicture;
import org.dide.data.Split;
import org.dide.random.Draws;

/**
 * Describes scenes: each gets several captions, all of them true, no two the same. The first names
 * objects by colour and shape, as many as a caption holds; others count, place or relate them.
 */
final class SceneCaptions {
  private static final int CAPTIONS = 5;
  private static final int MOST_NAMED = 4;
  private static final List<String> PHRASINGS =
      List.of("%s.", "a picture of %s.", "this picture shows %s.");

  private final Split split;
  private final String name;
  private final ScenesSettings settings;
  private final Cast cast;
  private final SceneRenderer renderer;

  SceneCaptions(Split split, ScenesSettings settings) {
    this.split = split;
    this.name = "scenes-captions/" + split;
    this.settings = settings;
    this.cast = Cast.seen(settings);
    this.renderer = new SceneRenderer(settings.grid());
  }

  /** The first pictures of an epoch. */
  Stream<CaptionedPicture> pictures(int count, int epoch) {
    return IntStream.range(0, count).mapToObj(index -> picture(epoch, index));
  }

  private CaptionedPicture picture(int epoch, int index) {
    boolean training = split == Split.TRAIN;
    Stage stage = training ? settings.stage(epoch) : settings.lastStage();
    Draws draws = Draws.of(settings.seed(), name, training ? epoch : 0, index);
    Scene scene = scene(stage, draws);
    String position = (training ? epoch + "/" : "") + "%06d".formatted(index);
    return new CaptionedPicture(
        split + "/" + position,
        new ScenePicture(name + "/" + position, scene, renderer),
        captions(scene, draws));
  }

  private Scene scene(Stage stage, Draws draws) {
    Arrangement arrangement = new Arrangement(settings, cast.palette(), draws);
    arrangement.plant(1, new Description(List.of()), List.of());
    arrangement.fill(stage, List.of());
    return arrangement.scene();
  }

  private List<String> captions(Scene scene, Draws draws) {
    Describing describing = new Describing(scene, draws);
    Set<String> captions = new LinkedHashSet<>();
    captions.add(describing.phrase(describing.named()));
    while (captions.size() < CAPTIONS) {
      captions.add(describing.phrase(describing.any()));
    }
    return List.copyOf(captions);
  }

  /** Captions of one scene in the making. */
  private final class Describing {
    private final Scene scene;
    private final Draws draws;

    Describing(Scene scene, Draws draws) {
      this.scene = scene;
      this.draws = draws;
    }

    String phrase(String what) {
      return pick(PHRASINGS).formatted(what);
    }

    String any() {
      return switch (draws.nextInt(4)) {
        case 0 -> named();
        case 1 -> counted();
        case 2 -> placed();
        default -> related();
      };
    }

    /** "a red circle, a blue square and a green cross". */
    String named() {
      List<String> names = new ArrayList<>();
      for (int i : draws.permutation(scene.objects().size())) {
        if (names.size() < MOST_NAMED) {
          names.add(name(scene.objects().get(i)).indefinite());
        }
      }
      String last = names.remove(names.size() - 1);
      return names.isEmpty() ? last : String.join(", ", names) + " and " + last;
    }

    /** "3 red objects". */
    private String counted() {
      Look look = pick(scene.objects()).look();
      Description told = Description.of(look.value(pick(cast.attributes())));
      long count = scene.objects().stream().filter(each -> told.fits(each.look())).count();
      return count + " " + (count == 1 ? told.singular() : told.plural());
    }

    /** "a red circle in row 1 and column 3". */
    private String placed() {
      SceneObject object = pick(scene.objects());
      int columns = scene.grid().columns();
      return "%s in row %d and column %d"
          .formatted(
              name(object).indefinite(),
              1 + object.place() / columns,
              1 + object.place() % columns);
    }

    /** "a red circle just above a blue square", if objects stand so; else their names. */
    private String related() {
      SceneObject object = pick(scene.objects());
      Direction direction = pick(List.of(Direction.values()));
      return scene.grid().neighbour(object.place(), direction).stream()
          .boxed()
          .flatMap(place -> scene.objects().stream().filter(each -> each.place() == place))
          .findFirst()
          .map(
              beside ->
                  "%s %s %s"
                      .formatted(
                          name(beside).indefinite(), direction.words(), name(object).indefinite()))
          .orElseGet(this::named);
    }

    /** By colour and shape, and now and then by what else objects differ in. */
    private Description name(SceneObject object) {
      Look look = object.look();
      Description name = Description.of(look.colour(), look.shape());
      for (Attribute attribute : cast.attributes()) {
        if (!name.names(attribute) && draws.nextBoolean(0.5)) {
          name = name.with(look.value(attribute));
        }
      }
      return name;
    }

    private <T> T pick(List<T> choices) {
      return choices.get(draws.nextInt(choices.size()));
    }
  }
}
