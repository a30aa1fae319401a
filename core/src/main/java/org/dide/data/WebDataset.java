package org.dide.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.dide.InputException;

/**
 * Reads captioned pictures from tars, as WebDataset lays them out and img2dataset downloads them
 * (CC3M, SBU): what has the same path up to the first dot of its name belongs together, a picture
 * ({@code .jpg}, {@code .png} and so on) and its caption, in a {@code .txt}, or in a {@code .json}
 * as {@code "caption"} or as a list of several, {@code "captions"}.
 *
 * <p>Tars lie in one folder, or in folders {@code train}, {@code dev} or {@code val}, and {@code
 * test} below it. Each is gone through once, by its headers; pictures and captions are read from
 * their place when they are asked for. A tar that breaks off costs what lies behind the break.
 * Captions must be UTF-8, and more than blanks; links and what begins with a dot are passed over.
 */
public final class WebDataset {
  private static final String ENDING = ".tar";

  private WebDataset() {}

  /**
   * Finds the parts of a data set.
   *
   * @param place a tar, a folder of tars, or a pattern such as {@code cc3m-{00000..00330}.tar}
   * @param devFraction of train that becomes dev where there is no folder for dev
   * @param buffer examples among which a training draws the next one
   * @param decoder reads the pictures, later
   * @param problems hears of tars that break off or are not there, and of what is left out
   * @throws InputException if there is no tar, or from the listener
   */
  public static Splits read(
      Path place,
      double devFraction,
      int buffer,
      PictureDecoder decoder,
      ProblemListener problems) {
    DevCut.requireFraction(devFraction);
    ShardFiles files = ShardFiles.find(place, ENDING, problems);
    List<Indexed> all =
        List.copyOf(files.parts().entrySet()).parallelStream()
            .map(file -> Indexed.of(file.getKey(), file.getValue()))
            .toList();
    List<TarShard> shards = new ArrayList<>();
    List<Split> parts = new ArrayList<>();
    for (Indexed indexed : all) {
      indexed.heard.tell(problems);
      shards.add(indexed.shard);
      parts.addAll(Collections.nCopies(indexed.shard.size(), indexed.part.orElse(Split.TRAIN)));
    }
    return CaptionedExamples.splits(
        files.name(), new Shards(shards, decoder), parts, devFraction, buffer);
  }

  /** A tar that was gone through, and what there was to tell of it. */
  private record Indexed(TarShard shard, Optional<Split> part, Heard heard) {
    static Indexed of(Path file, Optional<Split> part) {
      Heard heard = new Heard();
      String name = ShardFiles.name(file, part, ENDING);
      return new Indexed(TarShard.index(file, name, heard), part, heard);
    }
  }
}
