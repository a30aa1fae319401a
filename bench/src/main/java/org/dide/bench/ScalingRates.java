package org.dide.bench;

import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.GalleryBuilder;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureSource;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageDecoder;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;

/**
 * What docs/scaling.md plans with: processor seconds to encode a picture from its file's bytes, and
 * to answer a question from a stored share, each on one thread. {@code ScalingRates MODEL} measures
 * a drawn ViT-B/32 with photograph-sized JPEGs, and the model in that folder with small PNGs. The
 * time is that of the whole process, which other processes distort less than what passes.
 */
public final class ScalingRates {
  private static final int ROUNDS = 5;
  private static final int ROWS = 1024;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ScalingRates() {}

  /** Prints a table in Markdown. */
  public static void main(String[] arguments) throws IOException {
    Engine.configure(1);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("| model | ms of CPU a picture | µs of CPU an answer | D | S |");
    out.println("|---|---:|---:|---:|---:|");
    try (TrainedModel drawn = drawn()) {
      measure(out, "ViT-B/32, drawn", drawn, picture(640, 480, "jpg"), 8);
    }
    try (TrainedModel small = ModelFolder.load(Path.of(arguments[0]), Device.CPU)) {
      measure(out, arguments[0], small, picture(48, 48, "png"), 400);
    }
  }

  private static TrainedModel drawn() {
    Task task =
        new VisualQuestionAnswering(IntStream.range(0, 3129).mapToObj(Integer::toString).toList());
    return DrawnModels.base(task, List.of("what", "?"));
  }

  /** Bytes of a picture with some detail in it. */
  private static PictureSource picture(int width, int height, String format) throws IOException {
    Draws draws = Draws.of(0, "picture");
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = (x * 200 / width + y * 40 / height + draws.nextInt(16)) & 255;
        image.setRGB(x, y, level << 16 | (255 - level) << 8 | (x / 8 + y / 8) % 2 * 100);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return new InMemory(bytes.toByteArray());
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record InMemory(byte[] bytes) implements PictureSource {
    @Override
    public String id() {
      return "picture";
    }

    @Override
    public String place() {
      return "picture";
    }

    @Override
    public byte[] read(ImageDecoder decoder) {
      return bytes;
    }
  }

  private static void measure(
      PrintStream out, String name, TrainedModel model, PictureSource picture, int count) {
    DualAnswerer answerer = DualAnswerer.of(model);
    Towers towers = answerer.towers();
    double encoding =
        least(
            () -> {
              for (int i = 0; i < count; i++) {
                PictureEncoder.encode(towers, picture);
              }
            });
    try (GalleryBuilder builder = new GalleryBuilder(ROWS, 1, towers.shareSize())) {
      Draws draws = Draws.of(0, "shares");
      for (int row = 0; row < ROWS; row++) {
        float[] share = new float[towers.shareSize()];
        for (int i = 0; i < share.length; i++) {
          share[i] = (float) draws.nextGaussian();
        }
        builder.add(new StoredItem.Text("row " + row, ""), List.of(share));
      }
      float[] text = towers.encode("what ?").shares().get(0);
      try (Gallery gallery = builder.gallery("")) {
        double answering = least(() -> answer(answerer, text, gallery));
        out.printf(
            "| %s | %.2f | %.1f | %d | %d |%n",
            name,
            1e3 * encoding / count,
            1e6 * answering / ROWS,
            towers.width(),
            towers.shareSize());
      }
    }
  }

  private static void answer(DualAnswerer answerer, float[] text, Gallery gallery) {
    try {
      answerer.answer(text, gallery, 3, 1, (item, answers) -> {});
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seconds of processor time of the cheapest of some rounds, after one to warm up. */
  private static double least(Runnable work) {
    work.run();
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = SYSTEM.getProcessCpuTime();
      work.run();
      least = Math.min(least, (SYSTEM.getProcessCpuTime() - start) / 1e9);
    }
    return least;
  }
}
