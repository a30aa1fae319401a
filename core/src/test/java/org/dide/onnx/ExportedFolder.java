package org.dide.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/** A folder of graphs, run by ONNX Runtime. */
final class ExportedFolder implements AutoCloseable {
  private final Path folder;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Map<String, OrtSession> sessions = new HashMap<>();

  ExportedFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * One output of a graph.
   *
   * @param values in row-major order
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  record Output(float[] values, long[] shape) {}

  /** What a graph gave. */
  record Outputs(Map<String, Output> byName) {
    Output get(String name) {
      Output found = byName.get(name);
      if (found == null) {
        throw new IllegalStateException("no output " + name);
      }
      return found;
    }
  }

  /** Runs the image tower; the place is left out where it is not asked for. */
  Outputs pictures(PixelBatch pictures, int place) {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    inputs.put("pixel_values", tensor(pictures.pixels()));
    inputs.put("pixel_mask", pixelMask(pictures));
    if (session(OnnxExport.IMAGE_TOWER).getInputNames().contains("place")) {
      long[] places = new long[pictures.size()];
      Arrays.fill(places, place);
      inputs.put("place", tensor(places, pictures.size()));
    }
    return run(OnnxExport.IMAGE_TOWER, inputs);
  }

  /** Runs the text tower. */
  Outputs texts(TokenBatch texts) {
    long[] shape = {texts.lengths().length, texts.length()};
    return run(
        OnnxExport.TEXT_TOWER,
        Map.of(
            "input_ids", tensor(Tensors.longs(texts.ids()), shape), "attention_mask", mask(texts)));
  }

  private OnnxTensor mask(TokenBatch texts) {
    int length = texts.length();
    long[] mask = new long[texts.lengths().length * length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % length < texts.lengths()[i / length] ? 1 : 0;
    }
    return tensor(mask, texts.lengths().length, length);
  }

  /** Runs the join that looks, over what the towers gave. */
  Outputs attentive(TokenBatch texts, Outputs text, List<Outputs> pictures) {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    inputs.put("text_states", tensor(text.get("states")));
    inputs.put("text_mask", mask(texts));
    for (int i = 0; i < pictures.size(); i++) {
      Outputs picture = pictures.get(i);
      String name = pictures.size() == 1 ? "picture" : "picture_" + (i + 1);
      boolean pooled = picture.byName().containsKey("vectors");
      inputs.put(name + "_vectors", tensor(picture.get(pooled ? "vectors" : "states")));
      if (!pooled) {
        inputs.put(name + "_mask", whole(picture.get("mask")));
      }
    }
    return run(OnnxExport.JOIN, inputs);
  }

  /** Runs the paper's join, whichever of the graphs it is. */
  Outputs join(Output text, List<Output> pictures) {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    inputs.put("text", tensor(text));
    for (int i = 0; i < pictures.size(); i++) {
      String name = pictures.size() == 1 ? "picture" : "picture_" + (i + 1);
      inputs.put(name, tensor(pictures.get(i)));
    }
    boolean beside = Files.exists(folder.resolve(OnnxExport.MLP_JOIN));
    return run(beside ? OnnxExport.MLP_JOIN : OnnxExport.JOIN, inputs);
  }

  /** The metadata of a graph. */
  Map<String, String> metadata(String graph) {
    try {
      return session(graph).getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private OnnxTensor pixelMask(PixelBatch pictures) {
    int high = (int) pictures.pixels().size(2);
    int wide = (int) pictures.pixels().size(3);
    long[] mask = new long[pictures.size() * high * wide];
    for (int i = 0; i < mask.length; i++) {
      int picture = i / (high * wide);
      boolean inside =
          i / wide % high < pictures.heights()[picture] && i % wide < pictures.widths()[picture];
      mask[i] = inside ? 1 : 0;
    }
    return tensor(mask, pictures.size(), high, wide);
  }

  private Outputs run(String graph, Map<String, ? extends OnnxTensorLike> inputs) {
    try (OrtSession.Result result = session(graph).run(inputs)) {
      Map<String, Output> outputs = new HashMap<>();
      for (Map.Entry<String, OnnxValue> entry : result) {
        OnnxTensor tensor = (OnnxTensor) entry.getValue();
        outputs.put(entry.getKey(), new Output(floats(tensor), tensor.getInfo().getShape()));
      }
      return new Outputs(outputs);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      inputs.values().forEach(OnnxTensorLike::close);
    }
  }

  private static float[] floats(OnnxTensor tensor) {
    if (tensor.getInfo().type == OnnxJavaType.FLOAT) {
      return tensor.getFloatBuffer().array();
    }
    long[] whole = tensor.getLongBuffer().array();
    float[] values = new float[whole.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = whole[i];
    }
    return values;
  }

  private OrtSession session(String graph) {
    return sessions.computeIfAbsent(
        graph,
        name -> {
          try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            return environment.createSession(folder.resolve(name).toString(), options);
          } catch (OrtException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private OnnxTensor tensor(Output given) {
    return tensor(given.values(), given.shape());
  }

  private OnnxTensor whole(Output given) {
    long[] values = new long[given.values().length];
    Arrays.setAll(values, i -> (long) given.values()[i]);
    return tensor(values, given.shape());
  }

  private OnnxTensor tensor(Tensor values) {
    return tensor(Tensors.floats(values), Tensors.shape(values));
  }

  private OnnxTensor tensor(float[] values, long... shape) {
    try {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private OnnxTensor tensor(long[] values, long... shape) {
    try {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (OrtSession session : sessions.values()) {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
