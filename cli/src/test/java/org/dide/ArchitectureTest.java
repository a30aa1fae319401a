package org.dide;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the modules and packages to the arrows that CONTRIBUTING.md draws. */
class ArchitectureTest {
  private static final String ROOT = "org.dide";
  private static final String CLI = "org.dide.cli..";

  /** A package uses only those in rows below its own; those in one row do not use each other. */
  private static final List<List<String>> ROWS =
      List.of(
          List.of("demo"),
          List.of("verify", "report", "measure"),
          List.of("train", "store"),
          List.of("answer", "onnx", "exchange"),
          List.of("evaluate", "hub"),
          List.of("task"),
          List.of("distill"),
          List.of("data"),
          List.of("model"),
          List.of("text", "image"),
          List.of("tensor"),
          List.of("pickle", "random"));

  /** What uses even less than its row allows. */
  private static final Map<String, Set<String>> USES =
      Map.of(
          "answer", Set.of("hub", "task", "model", "image", "text", "tensor"),
          "store", Set.of("answer", "hub", "data", "tensor", "random"));

  /** What is used by fewer than its row allows. */
  private static final Map<String, Set<String>> USED_BY =
      Map.of(
          "answer", Set.of("answer", "store", "measure", "demo", "cli"),
          "onnx", Set.of("onnx", "cli"),
          "report", Set.of("report", "demo", "cli"),
          "measure", Set.of("measure", "demo", "cli"),
          "verify", Set.of("verify", "cli"),
          "demo", Set.of("demo", "cli"),
          "store", Set.of("store", "cli"));

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final JavaClasses CORE = ALL.that(resideOutsideOfPackage(CLI));

  static Stream<String> packages() {
    return ROWS.stream().flatMap(List::stream);
  }

  static Stream<String> restricted() {
    return USED_BY.keySet().stream().sorted();
  }

  @Test
  void seesAllModules() {
    assertThat(CORE.contain("org.dide.store.VectorStore")).isTrue();
    assertThat(ALL.contain("org.dide.cli.Main")).isTrue();
    assertThat(CORE.contain("org.dide.train.Trainer")).isTrue();
    assertThat(CORE.contain("org.dide.cli.Main")).isFalse();
  }

  @Test
  void everyPackageHasItsPlace() {
    List<String> places = new ArrayList<>(packages().toList());
    places.add("cli");
    assertThat(ALL.stream().map(ArchitectureTest::place).filter(place -> !place.isEmpty()))
        .as("packages that no row names")
        .allMatch(places::contains);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyWhatStandsToItsRight(String name) {
    List<String> allowed = new ArrayList<>(List.of(ROOT, ROOT + "." + name + ".."));
    below(name).forEach(place -> allowed.add(ROOT + "." + place + ".."));
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(ROOT + "..")
                .or(resideInAnyPackage(allowed.toArray(String[]::new))))
        .allowEmptyShould(true) // packages that are yet to come
        .check(ALL);
  }

  @ParameterizedTest
  @MethodSource("restricted")
  void isUsedOnlyByThoseWhoMay(String name) {
    String[] users =
        USED_BY.getOrDefault(name, Set.of()).stream()
            .map(user -> ROOT + "." + user + "..")
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name + "..")
        .should()
        .onlyHaveDependentClassesThat(resideInAnyPackage(users))
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void whatAllUseUsesNothing() {
    classes()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + "..").or(resideInAPackage(ROOT)))
        .check(ALL);
  }

  @Test
  void noPackagesUseEachOther() {
    slices().matching("org.dide.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void theLibraryDoesNotPrint() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
  }

  @Test
  void onlyTheCommandLineKnowsOfCommandLinesAndLogs() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("picocli..", "me.tongfei..", "ch.qos.logback..", CLI))
        .check(CORE);
  }

  @Test
  void onlyTheStoreKnowsOfLance() {
    noClasses()
        .that(resideOutsideOfPackage("org.dide.store.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.lance..", "org.apache.arrow..")
                .and(resideOutsideOfPackage("org.apache.arrow.flatbuf.."))) // where data lies
        .check(ALL);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().should().beFinal().check(ALL);
    noFields()
        .that()
        .areStatic()
        .should()
        .haveRawType(
            assignableTo(AtomicReference.class)
                .or(assignableTo(AtomicBoolean.class))
                .or(assignableTo(Number.class).and(resideInAPackage("java.util.concurrent..")))
                .or(assignableTo(ThreadLocal.class))
                .or(assignableTo(StringBuilder.class))
                .or(assignableTo(Collection.class).and(isImplementation()))
                .or(assignableTo(Map.class).and(isImplementation())))
        .check(ALL);
  }

  /** A field of an interface's type may hold what cannot change; one of ArrayList's type cannot. */
  private static DescribedPredicate<JavaClass> isImplementation() {
    return DescribedPredicate.describe("implementations", type -> !type.isInterface());
  }

  private static Set<String> below(String name) {
    Set<String> own = USES.get(name);
    if (own != null) {
      return own;
    }
    boolean found = false;
    List<String> below = new ArrayList<>();
    for (List<String> row : ROWS) {
      if (found) {
        below.addAll(row);
      }
      found = found || row.contains(name);
    }
    return Set.copyOf(below);
  }

  /** The first step below the root: {@code data} of {@code org.dide.data.scenes}. */
  private static String place(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }
}
