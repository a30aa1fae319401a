package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.dide.data.Label;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/**
 * Describes scenes. A caption says several things of its scene, all of them true, so that few other
 * scenes fit it: names of objects, their places, who stands beside whom, how many there are.
 */
final class SceneCaptions implements SceneTexts {
  private static final int CAPTIONS = 5;
  // So many that a caption keeps within 40 tokens.
  private static final int MOST_NAMED = 4;
  private static final int MOST_PLACED = 3;
  private static final int MOST_PAIRS = 2;
  private static final int MOST_SORTS = 3;
  private static final int MOST_COUNTED = 5;

  private final TaskName task;
  private final Cast cast;

  /** Captions of scenes with a cast. */
  SceneCaptions(TaskName task, Cast cast) {
    this.task = task;
    this.cast = cast;
  }

  /** Every word of captions, in alphabetical order, with {@code .} and {@code ,}. */
  static List<String> words() {
    SortedSet<String> words = SceneTexts.commonWords(TaskName.RETRIEVAL);
    for (Attribute attribute : Attribute.values()) {
      words.remove(attribute.word()); // values are told, not what they are values of
    }
    words.addAll(List.of(",", "and", "in", "row", "column"));
    for (int number = 1; number <= Math.max(MOST_COUNTED, Grid.MOST_NUMBERED); number++) {
      words.add(Integer.toString(number));
    }
    return List.copyOf(words);
  }

  @Override
  public TaskName task() {
    return task;
  }

  @Override
  public SceneText draw(Stage stage, Draws draws) {
    Stage told = cast.unseen() ? stage.without(SceneKind.COUNTED) : stage;
    Describing describing = new Describing(told.drawKind(draws), told, cast, draws);
    return new SceneText(
        describing.kind,
        List.of(describing.scene),
        describing.caption(),
        TaskName.RETRIEVAL.classes().get(1));
  }

  @Override
  public Label label(String answer) {
    return new Label.Described();
  }

  /**
   * A scene with captions of it.
   *
   * @param captions no two the same; the first names objects
   */
  record Described(Scene scene, List<String> captions) {}

  /** A scene with as many objects as a stage has, and captions of any kind. */
  Described drawSeveral(Stage stage, Draws draws) {
    Describing first = new Describing(SceneKind.NAMED, stage, cast, draws);
    Set<String> captions = new LinkedHashSet<>(List.of(first.caption()));
    List<SceneKind> kinds = SceneKind.of(task);
    while (captions.size() < CAPTIONS) {
      SceneKind kind = kinds.get(draws.nextInt(kinds.size()));
      captions.add(new Describing(kind, first).caption());
    }
    return new Described(first.scene, List.copyOf(captions));
  }

  /** One caption in the making. */
  private static final class Describing extends Composer {
    private final Scene scene;
    private final int subject; // the place of an object that is spoken of

    Describing(SceneKind kind, Stage stage, Cast cast, Draws draws) {
      super(kind, stage, cast, draws);
      Step step = drawStep(direction());
      Arrangement arrangement = arrangement();
      arrangement.plant(step.from(), subject());
      if (kind == SceneKind.RELATED) {
        arrangement.plant(step.to(), cast.palette().draw(draws));
      }
      arrangement.fill(stage, List.of());
      this.scene = arrangement.scene();
      this.subject = step.from();
    }

    /** Another caption of the same scene. */
    Describing(SceneKind kind, Describing other) {
      super(kind, other.stage, other.cast, other.draws);
      this.scene = other.scene;
      this.subject = pick(scene.objects()).place();
    }

    String caption() {
      List<String> said =
          switch (kind) {
            case NAMED -> named().limit(MOST_NAMED).toList();
            case PLACED -> placed();
            case RELATED -> related();
            case COUNTED -> counted();
            default -> throw new IllegalStateException(kind + " is no kind of caption");
          };
      return phrasing().formatted(listed(said.isEmpty() ? named().limit(1).toList() : said));
    }

    private Stream<String> named() {
      return objects().stream().map(this::name);
    }

    /** "a red circle in row 1 and column 3". */
    private List<String> placed() {
      int columns = grid.columns();
      return objects().stream()
          .limit(MOST_PLACED)
          .map(
              object ->
                  "%s in row %d and column %d"
                      .formatted(
                          name(object), 1 + object.place() / columns, 1 + object.place() % columns))
          .toList();
    }

    /** "a red circle just above a blue square"; nothing where no two objects are neighbours. */
    private List<String> related() {
      List<String> pairs = new ArrayList<>();
      Set<SceneObject> told = new HashSet<>();
      for (SceneObject object : objects()) {
        List<Direction> towards =
            Stream.of(Direction.values())
                .filter(
                    way -> beside(object, way).filter(other -> !told.contains(other)).isPresent())
                .toList();
        if (pairs.size() < MOST_PAIRS && !towards.isEmpty() && told.add(object)) {
          Direction way = pick(towards);
          SceneObject other = beside(object, way).orElseThrow();
          told.add(other);
          pairs.add("%s %s %s".formatted(name(other), way.words(), name(object)));
        }
      }
      return pairs;
    }

    private Optional<SceneObject> beside(SceneObject object, Direction way) {
      return grid.neighbour(object.place(), way).stream()
          .boxed()
          .flatMap(place -> scene.objects().stream().filter(each -> each.place() == place))
          .findFirst();
    }

    /** "3 red objects"; nothing where there are too many of everything. */
    private List<String> counted() {
      Set<Value> present = new LinkedHashSet<>();
      for (SceneObject object : objects()) {
        cast.attributes().forEach(attribute -> present.add(object.look().value(attribute)));
      }
      List<String> sorts = new ArrayList<>();
      for (int i : draws.permutation(present.size())) {
        Description sort = Description.of(List.copyOf(present).get(i));
        long count = scene.objects().stream().filter(each -> sort.fits(each.look())).count();
        if (sorts.size() < MOST_SORTS && count <= MOST_COUNTED) {
          sorts.add(count + " " + (count == 1 ? sort.singular() : sort.plural()));
        }
      }
      return sorts;
    }

    /** The subject, and the others in any order. */
    private List<SceneObject> objects() {
      List<SceneObject> others = new ArrayList<>(scene.objects());
      SceneObject first =
          others.stream().filter(object -> object.place() == subject).findFirst().orElseThrow();
      others.remove(first);
      List<SceneObject> objects = new ArrayList<>(List.of(first));
      for (int i : draws.permutation(others.size())) {
        objects.add(others.get(i));
      }
      return objects;
    }

    /** By colour and shape, and now and then by something else that objects differ in. */
    private String name(SceneObject object) {
      Look look = object.look();
      Description name = Description.of(look.colour(), look.shape());
      List<Attribute> others =
          cast.attributes().stream().filter(attribute -> !name.names(attribute)).toList();
      return (!others.isEmpty() && draws.nextBoolean(0.5)
              ? name.with(look.value(pick(others)))
              : name)
          .indefinite();
    }

    /** "a, b and c". */
    private static String listed(List<String> said) {
      int last = said.size() - 1;
      return last == 0
          ? said.get(0)
          : String.join(", ", said.subList(0, last)) + " and " + said.get(last);
    }
  }
}
