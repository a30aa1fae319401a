package org.dide.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.dide.InputException;
import org.dide.NativeLibraries;

/** OpenCV's picture decoders (libjpeg-turbo and libwebp), with no native memory left behind. */
final class OpenCv {
  static {
    NativeLibraries.load("opencv", List.of(opencv_core.class, opencv_imgcodecs.class));
    // Pictures are decoded side by side by our own threads.
    opencv_core.setNumThreads(1);
  }

  private OpenCv() {}

  /**
   * Decoded samples, interleaved.
   *
   * @param channels samples of a pixel
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Samples(int width, int height, int channels, byte[] values) {}

  /** The library's version. */
  static String version() {
    return "%d.%d.%d"
        .formatted(
            opencv_core.getVersionMajor(),
            opencv_core.getVersionMinor(),
            opencv_core.getVersionRevision());
  }

  /** Decodes with the given {@code IMREAD_} flags. */
  static Samples decode(EncodedImage source, int flags) {
    try (BytePointer data = new BytePointer(source.bytes());
        Mat encoded = new Mat(1, source.size(), CV_8UC1, data);
        Mat decoded = opencv_imgcodecs.imdecode(encoded, flags)) {
      if (decoded.empty() || decoded.depth() != CV_8U || !decoded.isContinuous()) {
        throw source.refuse("cannot be decoded: its data is damaged");
      }
      return samples(decoded);
    } catch (RuntimeException e) {
      throw e instanceof InputException ? e : source.refuse(e, "cannot be decoded: %s", e);
    }
  }

  private static Samples samples(Mat decoded) {
    byte[] values = new byte[Math.toIntExact(decoded.total() * decoded.channels())];
    try (BytePointer data = decoded.data()) {
      data.get(values);
    }
    return new Samples(decoded.cols(), decoded.rows(), decoded.channels(), values);
  }
}
