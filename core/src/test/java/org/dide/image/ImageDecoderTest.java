package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.dide.InputException;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.DeepGrey;
import org.dide.image.DecodeOptions.Orientation;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 23;

  private final ImageDecoder decoder = new ImageDecoder(DecodeOptions.defaults());

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void keepsEveryPixelOfLosslessFormats(String format) throws IOException {
    assertThat(decoder.decode(encode(picture(), format), "a." + format).rgb())
        .isEqualTo(rgb(picture()));
  }

  @Test
  void decodesInterlacedGifs() throws IOException {
    BufferedImage few = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
    few.createGraphics().drawImage(picture(), 0, 0, null);
    // The platform's writer interlaces by default.
    assertThat(decoder.decode(encode(few, "gif"), "a.gif").rgb()).isEqualTo(rgb(few));
  }

  @Test
  void decodesJpegsCloseToTheOriginal() throws IOException {
    RgbImage decoded = decoder.decode(encode(smooth(), "jpg"), "a.jpg");
    byte[] expected = rgb(smooth());
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs((decoded.rgb()[i] & 0xFF) - (expected[i] & 0xFF))).isLessThan(24);
    }
  }

  @Test
  void laysTransparencyOnWhiteUnlessItIsDropped() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00204060);
    image.setRGB(1, 0, 0x80204060);
    image.setRGB(2, 0, 0xFF204060);
    byte[] png = encode(image, "png");

    assertThat(decoder.decode(png, "a.png").rgb())
        .isEqualTo(bytes(255, 255, 255, 143, 159, 175, 32, 64, 96));
    assertThat(new ImageDecoder(DecodeOptions.reference()).decode(png, "a.png").rgb())
        .isEqualTo(bytes(32, 64, 96, 32, 64, 96, 32, 64, 96));
  }

  @Test
  void keepsTheHighByteOfDeepSamplesAndClipsGreyAsTheReference() throws IOException {
    BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 200);
    deep.getRaster().setSample(1, 0, 0, 0x1234);
    byte[] png = png(2, 1, 16, PngFile.GREY, bytes(0, 0, 200, 0x12, 0x34));
    byte[] colour = png(1, 1, 16, PngFile.RGB, bytes(0, 1, 255, 2, 0, 3, 128));

    for (byte[] grey : List.of(png, encode(deep, "tiff"))) {
      assertThat(decoder.decode(grey, "grey").rgb()).isEqualTo(bytes(0, 0, 0, 0x12, 0x12, 0x12));
      assertThat(new ImageDecoder(DecodeOptions.reference()).decode(grey, "grey").rgb())
          .isEqualTo(bytes(200, 200, 200, 255, 255, 255));
    }
    assertThat(decoder.decode(colour, "colour").rgb()).isEqualTo(bytes(1, 2, 3));
  }

  /** Two strips of four bytes, which may say that they go on to the file's end. */
  @Test
  void refusesTiffsWhoseStripsOverlap() {
    assertThat(decoder.decode(tiff(4, 4), "a.tiff").rgb()[23]).isEqualTo((byte) 8);
    assertRefused(tiff(8, tiff(4, 4).length), "strips or tiles have more bytes together");
    assertRefused(tiff(0, -1), "strips or tiles have more bytes together");
  }

  @Test
  void undoesEveryFilter() {
    byte[] rows =
        bytes(
            0, 10, 20, 30, 40, 50, 60, //
            1, 10, 20, 30, 1, 2, 3, //
            2, 1, 1, 1, 2, 2, 2, //
            3, 4, 4, 4, 4, 4, 4, //
            4, 1, 2, 3, 1, 2, 3);
    assertThat(decoder.decode(png(2, 5, 8, PngFile.RGB, rows), "filters").rgb())
        .isEqualTo(
            bytes(
                10, 20, 30, 40, 50, 60, //
                10, 20, 30, 11, 22, 33, //
                11, 21, 31, 13, 24, 35, //
                9, 14, 19, 15, 23, 31, //
                10, 16, 22, 16, 25, 34));
  }

  @ParameterizedTest
  @CsvSource({
    "1, ABC/DEF",
    "2, CBA/FED",
    "3, FED/CBA",
    "4, DEF/ABC",
    "5, AD/BE/CF",
    "6, DA/EB/FC",
    "7, FC/EB/DA",
    "8, CF/BE/AD"
  })
  void turnsPicturesUpright(int exifValue, String expected) {
    byte[] pixels = bytes(0, 'A', 'B', 'C', 0, 'D', 'E', 'F');
    byte[] png = png(3, 2, 8, PngFile.GREY, pixels, exif(exifValue));
    DecodeOptions ignoring =
        new DecodeOptions(
            Orientation.IGNORE, Alpha.WHITE, DeepGrey.HIGH_BYTE, ImageLimits.defaults());

    assertThat(letters(decoder.decode(png, "a.png"))).isEqualTo(expected);
    assertThat(letters(new ImageDecoder(ignoring).decode(png, "a.png"))).isEqualTo("ABC/DEF");
  }

  @Test
  void readsTheOrientationOfJpegs() throws IOException {
    byte[] plain = encode(smooth(), "jpg");
    ByteBuffer turned = ByteBuffer.allocate(plain.length + 36);
    turned.put(plain, 0, 2).put(bytes(0xFF, 0xE1, 0, 34));
    turned.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1)).put(exif(6));
    turned.put(plain, 2, plain.length - 2);

    RgbImage decoded = decoder.decode(turned.array(), "turned.jpg");

    assertThat(decoded.width()).isEqualTo(HEIGHT);
    assertThat(decoded.rgb())
        .isEqualTo(ExifOrientation.ROTATED_90.upright(decoder.decode(plain, "a.jpg")).rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp", "tiff", "jpg"})
  void refusesTruncatedFiles(String format) throws IOException {
    byte[] whole = encode(picture(), format);
    for (int kept : new int[] {1, 3, 12, 20, 40, whole.length / 2, whole.length * 3 / 4}) {
      byte[] cut = Arrays.copyOf(whole, kept);
      assertThatThrownBy(() -> decoder.decode(cut, "cut." + format))
          .as("%d of %d bytes", kept, whole.length)
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("cut." + format + ": ");
    }
  }

  @Test
  void refusesPicturesThatAreTooLargeBeforeDecodingThem() {
    assertRefused(
        png(100_000, 100_000, 8, PngFile.RGB, bytes(0)),
        "is 100000 x 100000 = 10,000,000,000 pixels; allowed are 50,000,000");
    assertRefused(jpeg(0xC0, 8, 60_000, 60_000), "3,600,000,000 pixels; allowed are 50,000,000");
    assertRefused(gif(65_535, 65_535), "4,294,836,225 pixels; allowed are 50,000,000");
    assertRefused(webp(16_383, 16_383), "268,402,689 pixels; allowed are 50,000,000");
    assertRefused(bmp(30_000, 30_000), "is truncated");
  }

  @Test
  void refusesHeadersThatPromiseMoreThanTheirDataHolds() {
    assertRefused(png(7_000, 7_000, 8, PngFile.RGB, bytes(0, 1, 2)), "promises 7000 x 7000 pixels");
    assertRefused(jpeg(0xC0, 8, 7_000, 7_000), "promises 7000 x 7000 pixels");
    assertRefused(gif(7_000, 7_000), "promises a frame of 7000 x 7000 pixels");
    assertRefused(bmp(7_000, 7_000), "is truncated");
    assertRefused(png(20, 20, 8, PngFile.RGB, bytes(0, 1, 2)), "compressed pixels end too early");
  }

  @Test
  void refusesWhatNoDecoderHereUnderstands() {
    assertRefused(jpeg(0xC9, 8, 8, 8), "is a JPEG of process SOF9 (arithmetic-coded)");
    assertRefused(jpeg(0xC3, 8, 8, 8), "is a JPEG of process SOF3 (lossless or hierarchical)");
    assertRefused(jpeg(0xC1, 12, 8, 8), "is a JPEG of 12 bits a sample; allowed are 8");
    assertRefused(new byte[0], "is no picture of a known format (it has 0 bytes");
    assertRefused(
        "<svg/>".getBytes(StandardCharsets.UTF_8),
        "allowed are JPEG, PNG, WebP, GIF, BMP and TIFF");
    assertRefused(png(1, 1, 3, PngFile.GREY, bytes(0, 0)), "colour type 0 with 3 bits");
    assertRefused(png(1, 1, 8, PngFile.PALETTE, bytes(0, 0)), "without a palette");
    assertRefused(png(1, 1, 8, PngFile.GREY, bytes(9, 0)), "a row has filter 9");
  }

  @Test
  void refusesTooManyScans() {
    byte[] jpeg = jpeg(0xC2, 8, 8, 8);
    byte[] scan = bytes(0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x55, 0x55);
    ByteBuffer many = ByteBuffer.allocate(jpeg.length + 100 * scan.length);
    many.put(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < 100; i++) {
      many.put(scan);
    }
    many.put(bytes(0xFF, 0xD9));

    assertRefused(many.array(), "has 101 scans; allowed are 100");
  }

  @Test
  void refusesTooManyBytes(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("large.png");
    Files.write(file, new byte[101]);
    ImageDecoder strict =
        new ImageDecoder(
            new DecodeOptions(
                Orientation.APPLY, Alpha.WHITE, DeepGrey.HIGH_BYTE, new ImageLimits(100, 100, 1)));

    assertThatThrownBy(() -> strict.decode(file))
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": has 101 bytes; allowed are 100");
    assertThatThrownBy(() -> strict.decode(directory.resolve("none.png")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none.png: cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp", "tiff", "jpg"})
  void decodesOrRefusesDamagedFilesAndNothingElse(String format) throws IOException {
    byte[] whole = encode(picture(), format);
    Draws draws = Draws.of(1, "damage");
    int rounds = format.equals("jpg") ? 50 : 500;
    for (int round = 0; round < rounds; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= round % 4; i++) {
        // Half of the damage hits the header.
        int bound = draws.nextBoolean(0.5) ? Math.min(64, whole.length) : whole.length;
        damaged[draws.nextInt(bound)] = (byte) draws.nextInt(256);
      }
      assertDecodesOrRefuses(damaged, format, round);
    }
  }

  private void assertDecodesOrRefuses(byte[] damaged, String format, int round) {
    try {
      decoder.decode(damaged, "damaged." + format);
    } catch (InputException refused) {
      assertThat(refused).as("round %d", round).hasMessageStartingWith("damaged." + format + ": ");
    }
  }

  private void assertRefused(byte[] file, String why) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> decoder.decode(file, "x.img"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("x.img: ")
        .hasMessageContaining(why);
    // A tenth of this, once classes are loaded.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }

  private static String letters(RgbImage image) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < image.width() * image.height(); i++) {
      letters.append(i > 0 && i % image.width() == 0 ? "/" : "");
      letters.append((char) image.rgb()[3 * i]);
    }
    return letters.toString();
  }

  private static BufferedImage picture() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Draws draws = Draws.of(7, "picture");
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, draws.nextInt(1 << 24));
      }
    }
    return image;
  }

  private static BufferedImage smooth() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, (x * 6) << 16 | (y * 10) << 8 | (x + y) * 4);
      }
    }
    return image;
  }

  private static byte[] rgb(BufferedImage image) {
    ByteBuffer rgb = ByteBuffer.allocate(image.getWidth() * image.getHeight() * 3);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int argb = image.getRGB(x, y);
        rgb.put((byte) (argb >> 16)).put((byte) (argb >> 8)).put((byte) argb);
      }
    }
    return rgb.array();
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A TIFF header and a directory of one entry, the orientation. */
  private static byte[] exif(int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(26);
    exif.putInt(0x4D4D002A).putInt(8).putShort((short) 1);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return exif.array();
  }

  private static byte[] png(int width, int height, int depth, int colourType, byte[] rows) {
    return png(width, height, depth, colourType, rows, new byte[0]);
  }

  private static byte[] png(
      int width, int height, int depth, int colourType, byte[] rows, byte[] exif) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] deflated = new byte[rows.length + 64];
    int length = deflater.deflate(deflated);
    deflater.end();
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(width).putInt(height).put((byte) depth).put((byte) colourType);
    ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12 + exif.length + 12 + length + 12);
    png.put(PngFile.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
    putChunk(png, "IHDR", header.array());
    putChunk(png, "eXIf", exif);
    putChunk(png, "IDAT", Arrays.copyOf(deflated, length));
    putChunk(png, "IEND", new byte[0]);
    return png.array();
  }

  private static void putChunk(ByteBuffer png, String type, byte[] body) {
    CRC32 sum = new CRC32();
    sum.update(type.getBytes(StandardCharsets.ISO_8859_1));
    sum.update(body);
    png.putInt(body.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(body);
    png.putInt((int) sum.getValue());
  }

  /** A grey JPEG with one scan of two bytes and no tables. */
  private static byte[] jpeg(int process, int precision, int width, int height) {
    return bytes(
        0xFF,
        0xD8,
        0xFF,
        process,
        0,
        11,
        precision,
        height >> 8,
        height,
        width >> 8,
        width,
        1,
        1,
        0x11,
        0,
        0xFF,
        0xDA,
        0,
        8,
        1,
        1,
        0,
        0,
        63,
        0,
        0x55,
        0x55,
        0xFF,
        0xD9);
  }

  /** 4 x 2 grey pixels, 1 to 8, in two strips that say to have so many bytes. */
  private static byte[] tiff(int firstCount, int secondCount) {
    int data = 8 + 2 + 9 * 12 + 4;
    ByteBuffer tiff = ByteBuffer.allocate(data + 24).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put("II*\0".getBytes(StandardCharsets.ISO_8859_1)).putInt(8).putShort((short) 9);
    int[][] tags = {
      {256, 4},
      {257, 2},
      {258, 8},
      {259, 1},
      {262, 1},
      {273, data + 8},
      {277, 1},
      {278, 1},
      {279, data + 16}
    };
    for (int[] tag : tags) {
      boolean isList = tag[0] == 273 || tag[0] == 279;
      tiff.putShort((short) tag[0]).putShort((short) (isList ? 4 : 3));
      tiff.putInt(isList ? 2 : 1).putInt(tag[1]);
    }
    tiff.putInt(0).put(bytes(1, 2, 3, 4, 5, 6, 7, 8));
    tiff.putInt(data).putInt(data + 4).putInt(firstCount).putInt(secondCount);
    return tiff.array();
  }

  private static byte[] gif(int width, int height) {
    ByteBuffer gif = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    gif.put("GIF89a".getBytes(StandardCharsets.ISO_8859_1));
    gif.putShort((short) width).putShort((short) height).put(bytes(0, 0, 0, ',', 0, 0, 0, 0));
    gif.putShort((short) width).putShort((short) height).put(bytes(0, 2, 1, 0x44, 0, ';'));
    return gif.array();
  }

  private static byte[] webp(int width, int height) {
    ByteBuffer webp = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(22);
    webp.put("WEBPVP8L".getBytes(StandardCharsets.ISO_8859_1)).putInt(10).put((byte) 0x2F);
    webp.putInt((width - 1) | (height - 1) << 14);
    return webp.array();
  }

  private static byte[] bmp(int width, int height) {
    ByteBuffer bmp = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put(bytes('B', 'M')).putInt(64).putInt(0).putInt(54).putInt(40);
    bmp.putInt(width).putInt(height).putShort((short) 1).putShort((short) 24);
    return bmp.array();
  }
}
