package org.dide.spark;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the module to what docs/architecture.md lets it use. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.dide.spark");

  @Test
  void usesOfTheLibraryOnlyWhatAnswers() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("org.dide..")
                .or(
                    resideInAnyPackage(
                        "org.dide",
                        "org.dide.spark",
                        "org.dide.answer",
                        "org.dide.hub",
                        "org.dide.task",
                        "org.dide.image",
                        "org.dide.tensor")))
        .check(MODULE);
  }

  @Test
  void nothingStaticIsReplaced() {
    fields().that().areStatic().should().beFinal().check(MODULE);
  }

  @Test
  void printsOnlyThroughTheCommandLine() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MODULE);
  }
}
