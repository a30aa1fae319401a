package org.dide.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkContext;
import org.dide.AtomicFolder;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;

/**
 * A model that was sent to every executor. Only the driver need see the model's folder: it is
 * zipped, Spark sends that to each executor once and unpacks it there, under a name made of the
 * fingerprint.
 *
 * @param fingerprint names the model
 */
record ShippedModel(String fingerprint) implements Serializable {
  private static final List<String> FILES =
      List.of(
          ModelFolder.CONFIGURATION,
          ModelFolder.PREPROCESSING,
          ModelFolder.VOCABULARY,
          ModelFolder.PARAMETERS,
          ModelFolder.PROVENANCE);

  /**
   * Sends a model.
   *
   * @param folder that the model was loaded from
   */
  static ShippedModel send(SparkContext context, Path folder, TrainedModel trained) {
    String fingerprint = trained.fingerprint();
    try {
      Path zip = Files.createTempFile("dide-model-", ".zip");
      zip.toFile().deleteOnExit(); // executors that start later fetch it too
      zip(AtomicFolder.current(folder), zip);
      context.addArchive(zip.toUri() + "#" + folder(fingerprint));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ShippedModel(fingerprint);
  }

  /** The model in this executor. */
  TrainedModel here() {
    return ExecutorModels.get(fingerprint);
  }

  static String folder(String fingerprint) {
    return "dide-model-" + fingerprint;
  }

  private static void zip(Path folder, Path zip) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.setLevel(Deflater.NO_COMPRESSION); // parameters do not shrink
      for (String name : FILES) {
        out.putNextEntry(new ZipEntry(name));
        Files.copy(folder.resolve(name), out);
        out.closeEntry();
      }
    }
  }
}
