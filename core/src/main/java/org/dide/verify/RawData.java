package org.dide.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.FilePicture;
import org.dide.data.Nlvr2;
import org.dide.data.Picture;
import org.dide.data.ProblemListener;
import org.dide.data.SnliVe;
import org.dide.data.Splits;
import org.dide.data.VqaV2;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;

/**
 * The miniature raw data beside a case, its pictures decoded as the reference does. The reference
 * leaves out what it cannot use, such as a question whose picture has no file, and so do these:
 * what is left out and should not be is missing in the comparison.
 */
final class RawData {
  private static final ProblemListener LEAVE_OUT = problem -> {};

  private final ImageDecoder decoder = new ImageDecoder(DecodeOptions.reference());
  private final GoldenCase golden;

  RawData(GoldenCase golden) {
    this.golden = golden;
  }

  VqaV2 vqaV2() {
    return new VqaV2(golden.sibling("vqa_raw"), decoder::decode, LEAVE_OUT);
  }

  /** The parts of NLVR2 under the reference's names. */
  Map<String, Dataset> nlvr2() {
    Splits splits = new Nlvr2(golden.sibling("nlvr2_raw"), decoder::decode, LEAVE_OUT).splits();
    return named(splits, "nlvr2_train", "nlvr2_dev", "nlvr2_test1");
  }

  /** The parts of SNLI-VE under the reference's names. */
  Map<String, Dataset> snliVe() {
    Splits splits =
        new SnliVe(golden.sibling("snli_ve_raw"), Optional.empty(), decoder::decode, LEAVE_OUT)
            .splits();
    return named(splits, "snli_ve_train", "snli_ve_dev", "snli_ve_test");
  }

  private static Map<String, Dataset> named(Splits splits, String train, String dev, String test) {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    parts.put(train, splits.train());
    parts.put(dev, splits.dev());
    parts.put(test, splits.test());
    return parts;
  }

  /** How a case names a picture: by the bytes of its file. */
  static String fingerprint(Picture picture) {
    Path file = file(picture);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
      return "sha1:" + HexFormat.of().formatHex(digest);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }

  static Path file(Picture picture) {
    if (picture instanceof FilePicture inFile) {
      return inFile.file();
    }
    throw new InputException("picture %s: is no file".formatted(picture.name()));
  }
}
