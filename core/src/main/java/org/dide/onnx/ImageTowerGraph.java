package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Architecture;
import org.dide.model.AttentiveJoin;
import org.dide.model.AttentiveSizes;
import org.dide.model.DualEncoder;

/**
 * The image tower as a graph; {@link OnnxExport} says what it takes and gives.
 *
 * <p>A place on a stretched grid is a weighted sum of two places along each side of the grid of
 * position embeddings. So stretching is two products with matrices of these weights, of which each
 * picture has its own, and whose rows are zero for padding.
 */
final class ImageTowerGraph {
  private static final String MODALITY = "token_type_embeddings.weight";
  private static final int CHANNELS = 3;

  private final Part tower;
  private final Graph graph;
  private final Architecture sizes;

  private ImageTowerGraph(Part tower, Architecture sizes) {
    this.tower = tower;
    this.graph = tower.graph();
    this.sizes = sizes;
  }

  static Graph of(
      Map<String, Tensor> parameters, Architecture sizes, boolean paired, boolean compared) {
    Graph graph = new Graph("image_tower");
    Part whole = Part.whole(graph, parameters);
    Value pixels = graph.input("pixel_values", DataType.FLOAT, "batch", "3", "height", "width");
    Value mask = graph.input("pixel_mask", DataType.INT64, "batch", "height", "width");
    ImageTowerGraph image = new ImageTowerGraph(whole.at(DualEncoder.IMAGE_TOWER), sizes);
    Value modality =
        paired ? image.modalityOf(graph.input("place", DataType.INT64, "batch")) : image.modality();
    image.write(whole, pixels, mask, modality, compared);
    return graph;
  }

  private void write(Part whole, Value pixels, Value mask, Value modality, boolean compared) {
    Side down = side("rows", pixels, mask, 2);
    Side across = side("columns", pixels, mask, 3);
    Value real = real(down, across); // (B, 1+N)
    Value patches = tower.add(patches(pixels, down, across), places(down, across)); // (B, N, D)
    Value sequence = tower.concat(1, first(pixels), patches); // (B, 1+N, D)
    Blocks.Encoded encoded = new Blocks(tower, sizes).encode(tower.add(sequence, modality), real);
    String width = Integer.toString(sizes.width());
    graph.output("states", encoded.states(), DataType.FLOAT, "batch", "tokens", width);
    graph.output("mask", real, DataType.INT64, "batch", "tokens");
    graph.output("pooled", encoded.pooled(), DataType.FLOAT, "batch", width);
    if (compared) {
      Value unit = JoinGraph.unitVectors(whole, "image", encoded.pooled());
      graph.output(JoinGraph.PICTURE_VECTORS, unit, DataType.FLOAT, "batch", width);
    }
    int vectors = sizes.join().map(AttentiveSizes::vectors).orElse(0);
    if (vectors > 0 && !compared) {
      Value kept = pooled(whole.at(AttentiveJoin.POOLING), encoded.states(), real, down, across);
      String count = Integer.toString(vectors);
      graph.output("vectors", kept, DataType.FLOAT, "batch", count, width);
    }
  }

  /** The vectors {@code (B, K, D)} that a join looks at, of states {@code (B, 1+N, D)}. */
  private Value pooled(Part own, Value states, Value real, Side down, Side across) {
    Value keys = own.transpose(own.linear("key", states), 0, 2, 1); // (B, D, 1+N)
    double scale = 1 / Math.sqrt((double) sizes.width());
    Value alike = own.multiply(own.matMul(own.parameter("queries"), keys), graph.number(scale));
    Value near = own.subtract(alike, distances(own, states, down, across)); // (B, K, 1+N)
    Value seen = own.add(near, own.select(new Blocks(tower, sizes).hidden(real), 0, 1));
    return own.matMul(own.softmax(seen), states);
  }

  /** Of each state from each centre, [CLS] being in the middle: {@code (B, K, 1+N)}. */
  private Value distances(Part own, Value states, Side down, Side across) {
    Value rows = own.unsqueeze(distances(own, share(own, down), 1), 3); // (B, K, R, 1)
    Value columns = own.unsqueeze(distances(own, share(own, across), 0), 2); // (B, K, 1, C)
    Value patches = own.reshape(own.add(rows, columns), 0, 0, -1); // (B, K, N)
    Value middle = graph.number(0.5);
    Value first = own.add(distances(own, middle, 1), distances(own, middle, 0)); // (K, 1)
    Value one = graph.integer(1);
    Value all = own.expand(first, own.sizes(own.size(states, 0), one, one)); // (B, K, 1)
    return own.concat(2, all, patches);
  }

  /** Along one direction, squared, in each vector's own measure. */
  private Value distances(Part own, Value places, long direction) {
    Value centres = own.parameter("centres", all -> all.t().unsqueeze(2)); // (2, K, 1)
    Value falls = own.parameter("falls", all -> all.t().unsqueeze(2)); // (2, K, 1)
    Value apart = own.subtract(places, own.select(centres, direction, 0)); // (B, K, count)
    Value measured = own.multiply(apart, own.select(falls, direction, 0));
    return own.multiply(measured, measured);
  }

  /** Where along a picture's side its patches' centres lie, from 0 to 1: {@code (B, 1, count)}. */
  private Value share(Part own, Side side) {
    Value centres = own.add(own.cast(side.cells(), DataType.FLOAT), graph.number(0.5));
    return own.unsqueeze(own.divide(centres, own.cast(side.real(), DataType.FLOAT)), 1);
  }

  /**
   * One direction of the padded grid of patches.
   *
   * @param count of patches in the grid, without dimensions
   * @param cells their numbers, {@code (count)}
   * @param real how many of them lie in each picture, {@code (B, 1)}
   * @param inside which of them, {@code (B, count)} bool
   */
  private record Side(Value count, Value cells, Value real, Value inside) {}

  /**
   * A patch is real when its first pixel lies in the picture, which the grid's first column and
   * first row tell.
   *
   * @param axis of the pixels
   */
  private Side side(String name, Value pixels, Value mask, int axis) {
    Part own = tower.at("grid." + name);
    Value size = own.size(pixels, axis);
    Value count = own.divide(size, graph.integer(sizes.patchSize()));
    Value cells = own.range(count);
    Value sampled = own.divide(own.multiply(cells, size), count);
    Value edge = own.select(mask, 0, axis == 2 ? 2 : 1); // (B, pixels)
    Value real = own.sum(own.gather(edge, sampled, 1), 1); // (B, 1)
    return new Side(count, cells, real, own.isLess(cells, real));
  }

  /** Which tokens are real and looked at, [CLS] first: {@code (B, 1+N)} int64. */
  private Value real(Side down, Side across) {
    Part own = tower.at("mask");
    Value inside =
        own.and(own.unsqueeze(down.inside(), 2), own.unsqueeze(across.inside(), 1)); // (B, R, C)
    Value seen = sizes.maxPatches() == 0 ? inside : own.and(inside, spread(own, down, across));
    Value flat = own.cast(own.reshape(seen, 0, -1), DataType.INT64); // (B, N)
    Value column = own.sizes(own.size(flat, 0), graph.integer(1));
    return own.concat(1, own.expand(graph.integers(1), column), flat);
  }

  /**
   * Which patches are among the most that may be looked at, {@code (B, R, C)}: of A real patches
   * and M to be chosen, the nth is if (2j + 1) A / 2M has the whole part n for some j.
   */
  private Value spread(Part own, Side down, Side across) {
    Value wide = own.unsqueeze(across.real(), 2); // (B, 1, 1)
    Value all = own.larger(own.multiply(own.unsqueeze(down.real(), 2), wide), graph.integer(1));
    Value n =
        own.add(own.multiply(own.unsqueeze(down.cells(), 1), wide), across.cells()); // (B, R, C)
    Value steps = own.multiply(n, graph.integer(2L * sizes.maxPatches()));
    Value two = graph.integer(2);
    Value one = graph.integer(1);
    Value j = own.divide(own.subtract(own.add(steps, all), one), own.multiply(all, two));
    Value place = own.multiply(own.add(own.multiply(j, two), one), all);
    return own.isLess(place, own.add(steps, graph.integer(2L * sizes.maxPatches())));
  }

  /** Patches cut out in the order (channel, row, column) and mapped: {@code (B, N, D)}. */
  private Value patches(Value pixels, Side down, Side across) {
    Part own = tower.at("transformer.patch_embed");
    Value side = graph.integer(sizes.patchSize());
    Value ends = own.sizes(own.multiply(down.count(), side), own.multiply(across.count(), side));
    Value grid =
        own.sizes(
            graph.integer(0), graph.integer(CHANNELS), down.count(), side, across.count(), side);
    Value cut = own.reshape(own.narrow(pixels, ends, 2, 3), grid); // (B, 3, R, P, C, P)
    long inputs = (long) CHANNELS * sizes.patchSize() * sizes.patchSize();
    Value flat = own.reshape(own.transpose(cut, 0, 2, 4, 1, 3, 5), 0, -1, inputs); // (B, N, 3*P*P)
    Value weight = own.parameter("proj.weight", kernels -> kernels.flatten(1, -1).t());
    return own.add(own.matMul(flat, weight), own.parameter("proj.bias"));
  }

  /** Position embeddings stretched over each picture's real patches, zero on padding. */
  private Value places(Side down, Side across) {
    Part own = tower.at("transformer.pos_embed");
    long g = sizes.gridSize();
    Value table =
        tower.parameter(
            "transformer.pos_embed",
            all -> all.narrow(1, 1, g * g).reshape(g, g, sizes.width())); // (G, G, D)
    Value wide = own.matMul(own.unsqueeze(weights(own, across), 1), table); // (B, G, C, D)
    Value rows = own.reshape(wide, 0, 0, -1); // (B, G, C*D)
    Value both = own.matMul(weights(own, down), rows); // (B, R, C*D)
    return own.reshape(both, 0, -1, sizes.width()); // (B, N, D)
  }

  /**
   * What each place of the stretched side takes of each place of the table's, ends on ends: {@code
   * (B, count, G)}. A side of one patch takes the table's first place.
   */
  private Value weights(Part own, Side side) {
    Value last = graph.number(sizes.gridSize() - 1);
    Value gaps = own.larger(own.subtract(side.real(), graph.integer(1)), graph.integer(1));
    Value step = own.divide(last, own.cast(gaps, DataType.FLOAT)); // (B, 1)
    Value at = own.smaller(own.multiply(own.cast(side.cells(), DataType.FLOAT), step), last);
    Value apart = own.subtract(own.unsqueeze(at, 2), graph.numbersTo(sizes.gridSize()));
    Value near = own.apply("Relu", own.subtract(graph.number(1), own.apply("Abs", apart)));
    return own.multiply(near, own.cast(own.unsqueeze(side.inside(), 2), DataType.FLOAT));
  }

  /** [CLS] with its place, {@code (B, 1, D)}. */
  private Value first(Value pixels) {
    Part own = tower.at("transformer");
    Tensor place = own.tensor("pos_embed").narrow(1, 0, 1); // (1, 1, D)
    Value cls = own.parameter("cls_token", token -> token.add(place));
    Value shape = own.sizes(own.size(pixels, 0), graph.integer(1), graph.integer(sizes.width()));
    return own.expand(cls, shape);
  }

  /** What marks a picture, {@code (D)}. */
  private Value modality() {
    return tower.parameter(MODALITY, rows -> rows.select(0, 1));
  }

  /** What marks the first or second picture of a pair, {@code (B, 1, D)}. */
  private Value modalityOf(Value place) {
    Value rows = tower.parameter(MODALITY, all -> all.narrow(0, 1, 2)); // (2, D)
    return tower.unsqueeze(tower.gather(rows, place, 0), 1);
  }
}
