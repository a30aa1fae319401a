package org.dide.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.train.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide recipes}: the recipes that the library brings, and what any recipe says in full. */
@Command(
    name = "recipes",
    description = {
      "List the recipes that dide brings, or print one with every setting spelt out.",
      "",
      "What is printed can be saved as a file, changed, and trained by. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide recipes",
      "  dide recipes easy-vqa-distilled --set optimizer.rate=3e-4",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class RecipesCommand extends BaseCommand {
  @Parameters(paramLabel = "RECIPE", arity = "0..1", description = "A recipe's name, or its file.")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting of the recipe, such as optimizer.rate=3e-4; may be repeated.")
  private List<String> settings = List.of();

  @Override
  public Integer call() throws JsonProcessingException {
    if (recipe.isPresent()) {
      print(Recipes.write(Recipes.read(recipe.get(), settings)));
      return DONE;
    }
    if (!settings.isEmpty()) {
      throw usage("--set: name the RECIPE whose setting it is");
    }
    list();
    return DONE;
  }

  private void print(String yaml) throws JsonProcessingException {
    if (json()) {
      printJson(new YAMLMapper().readTree(yaml));
    } else {
      out().print(yaml);
      out().flush();
    }
  }

  private void list() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    Recipes.names().forEach(name -> descriptions.put(name, Recipes.description(name)));
    if (json()) {
      printJson(descriptions);
      return;
    }
    Facts facts = new Facts();
    descriptions.forEach(facts::add);
    facts.print(out());
    out().flush();
  }
}
