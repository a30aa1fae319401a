package org.dide.spark;

import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code encode}: pictures, once, into Parquet. */
@Command(
    name = "encode",
    description = {
      "Encode pictures once, with a dual encoder, so that they can be asked any number of times"
          + " (score). The vectors equal those that one process makes, to the last bit, on the same"
          + " kind of processor.",
      "",
      "Writes Parquet below OUT: pictures (id, sha256, width, height, pooled_0, share_0, and for"
          + " pairs pooled_1, share_1), unreadable (id, why), and dide.json last: where it is, all"
          + " is whole. A worker may be lost on the way.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  encode --folder hdfs:///pictures --model student --out hdfs:///vectors",
      "  encode --tars 's3a://shop/{00000..00999}.tar' --model student --out s3a://shop/vectors",
      "  encode --table train.parquet --id-column image.path --image-column image \\",
      "    --model student --out vectors",
      "",
      "Exit code: 0 done, 1 failed, or with --strict if a picture could not be read (the others are",
      "written all the same), 2 wrong usage."
    })
final class EncodeCommand extends SparkCommand {
  private static final String ID = "id";
  private static final String IMAGE = "image";

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Places places = new Places();

  private int megabytes;

  @Option(names = "--strict", description = "Exit with 1 if a picture cannot be read.")
  private boolean strict;

  /** Checked as it is read, before anything is done. */
  @Option(
      names = "--file-size",
      paramLabel = "MB",
      defaultValue = "512",
      description = "About how large each Parquet file is to be. Default: ${DEFAULT-VALUE}.")
  void setMegabytes(int asked) {
    megabytes = atLeastOne("--file-size", asked);
  }

  /** One of them. */
  static final class Places {
    @Option(
        names = "--folder",
        paramLabel = "PLACE",
        description = "A folder of pictures, at any depth. An id is the path below it.")
    private String folder = "";

    @Option(
        names = "--tars",
        paramLabel = "PATTERN",
        description = {
          "Tars of pictures, as WebDataset has them: a folder, a tar, or a pattern. One task reads"
              + " a whole tar. An id is the tar's name and the path in it."
        })
    private String tars = "";

    @ArgGroup(exclusive = false)
    private Table table = new Table();
  }

  /** A table and its columns. */
  static final class Table {
    @Option(
        names = "--table",
        paramLabel = "PLACE",
        required = true,
        description = "Parquet with a column of pictures.")
    private String path = "";

    @Option(
        names = "--id-column",
        paramLabel = "NAME",
        defaultValue = ID,
        description = "Its values name the pictures. Default: ${DEFAULT-VALUE}.")
    private String id = ID;

    @Option(
        names = "--image-column",
        paramLabel = "NAME",
        defaultValue = IMAGE,
        description = {
          "Bytes, or Hugging Face's struct of bytes and path. Default: ${DEFAULT-VALUE}."
        })
    private String image = IMAGE;
  }

  @Override
  int run(SparkSession session) {
    VectorsDescription written =
        new EncodeJob(input(), model(), place(), (long) megabytes << 20).run(session);
    out().printf("%,d pictures in %s", written.pictures(), place());
    if (written.unreadable() > 0) {
      out()
          .printf(
              "; %,d could not be read, %s/%s says why",
              written.unreadable(), place(), VectorsDescription.UNREADABLE);
    }
    out().println();
    out().flush();
    return strict && written.unreadable() > 0 ? Main.FAILED : Main.DONE;
  }

  private Input input() {
    if (!places.folder.isEmpty()) {
      return new FolderInput(places.folder);
    }
    return places.tars.isEmpty()
        ? new TableInput(places.table.path, places.table.id, places.table.image)
        : new TarInput(places.tars);
  }
}
