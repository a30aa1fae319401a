package org.dide.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.DeepGrey;

/** The Java platform's own decoders, for the formats that no photo set is made of. */
final class JdkReader {
  private JdkReader() {}

  static RgbImage decode(
      EncodedImage source, String format, int width, int height, DecodeOptions options) {
    BufferedImage decoded = read(source, format, width, height);
    byte[] rgb = new byte[Math.multiplyExact(width * 3, height)];
    if (decoded.getRaster().getNumBands() <= 2 && !isIndexed(decoded.getType())) {
      copyGrey(source, decoded.getRaster(), rgb, options);
    } else {
      copyColours(decoded, rgb, options.alpha());
    }
    return new RgbImage(width, height, rgb);
  }

  /** Decodes samples that are indices into the given colours, 0xRRGGBB. */
  static RgbImage decodeIndexed(
      EncodedImage source, String format, int width, int height, List<Integer> palette) {
    Raster raster = read(source, format, width, height).getRaster();
    byte[] rgb = new byte[Math.multiplyExact(width * 3, height)];
    int[] row = new int[width];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        int colour = palette.get(index);
        rgb[out++] = (byte) (colour >> 16);
        rgb[out++] = (byte) (colour >> 8);
        rgb[out++] = (byte) colour;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static BufferedImage read(EncodedImage source, String format, int width, int height) {
    BufferedImage decoded = read(source, format);
    if (decoded.getWidth() != width || decoded.getHeight() != height) {
      throw source.refuse(
          "decodes to %d x %d pixels; its header says %d x %d",
          decoded.getWidth(), decoded.getHeight(), width, height);
    }
    return decoded;
  }

  private static BufferedImage read(EncodedImage source, String format) {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    try (ImageInputStream input = new ByteArrayImageInputStream(source.bytes())) {
      reader.setInput(input, true, true);
      return reader.read(0);
    } catch (IOException | RuntimeException e) {
      throw source.refuse(e, "cannot be decoded: %s", e);
    } finally {
      reader.dispose();
    }
  }

  private static boolean isIndexed(int type) {
    return type == BufferedImage.TYPE_BYTE_INDEXED || type == BufferedImage.TYPE_BYTE_BINARY;
  }

  /**
   * Grey, perhaps with alpha. Samples of 8 bits stay as they are: a colour model would bend them by
   * a gamma curve.
   */
  private static void copyGrey(
      EncodedImage source, Raster raster, byte[] rgb, DecodeOptions options) {
    int dataType = raster.getDataBuffer().getDataType();
    if (dataType != DataBuffer.TYPE_BYTE && dataType != DataBuffer.TYPE_USHORT) {
      throw source.refuse("has grey samples that are neither of 8 nor of 16 bits");
    }
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    DeepGrey deep = options.deepGrey();
    int[] row = new int[raster.getWidth() * bands];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int in = 0; in < row.length; in += bands) {
        int opacity = bands == 2 ? deep.toByte(row[in + 1], bits) : 255;
        byte grey = (byte) options.alpha().compose(deep.toByte(row[in], bits), opacity);
        rgb[out++] = grey;
        rgb[out++] = grey;
        rgb[out++] = grey;
      }
    }
  }

  private static void copyColours(BufferedImage decoded, byte[] rgb, Alpha alpha) {
    int[] row = new int[decoded.getWidth()];
    int out = 0;
    for (int y = 0; y < decoded.getHeight(); y++) {
      decoded.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int argb : row) {
        int opacity = argb >>> 24;
        rgb[out++] = (byte) alpha.compose(argb >> 16 & 255, opacity);
        rgb[out++] = (byte) alpha.compose(argb >> 8 & 255, opacity);
        rgb[out++] = (byte) alpha.compose(argb & 255, opacity);
      }
    }
  }
}
