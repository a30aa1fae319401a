package org.dide.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Names a model by what decides its answers: SHA-256, in hexadecimal, over
 *
 * <ol>
 *   <li>the text {@code dide fingerprint 1},
 *   <li>its configuration and its preprocessing, each as one line of JSON without blanks,
 *   <li>its vocabulary, tokens joined by newlines,
 *   <li>each parameter in the order of names: name, shape as {@code [2, 3]}, and the values as
 *       float32, little-endian.
 * </ol>
 *
 * Each text is UTF-8 with its length in bytes (32 bits, little-endian) before it. Where it came
 * from, where it lies and on which device it runs do not matter.
 */
final class Fingerprint {
  private static final String FORMAT = "dide fingerprint 1";
  private static final int CHUNK = 1 << 20; // elements

  private final MessageDigest digest = Checksums.sha256();

  private Fingerprint() {}

  /** The model's fingerprint; takes about a second for 100 million parameters. */
  static String of(TrainedModel trained) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(FORMAT);
    fingerprint.add(JsonText.line(ModelConfiguration.of(trained)));
    fingerprint.add(JsonText.line(trained.preprocessing()));
    fingerprint.add(String.join("\n", trained.vocabulary().tokens()));
    new TreeMap<>(trained.model().parameters().tensors()).forEach(fingerprint::add);
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(bytes.length)
            .flip());
    digest.update(bytes);
  }

  private void add(String name, Tensor parameter) {
    add(name);
    add(Arrays.toString(Tensors.shape(parameter)));
    try (Scope scope = Scope.open()) {
      Tensor flat = parameter.detach().reshape(-1); // (N)
      for (long start = 0; start < flat.numel(); start += CHUNK) {
        addValues(Tensors.floats(flat.narrow(0, start, Math.min(CHUNK, flat.numel() - start))));
      }
    }
  }

  private void addValues(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    digest.update(bytes);
  }
}
