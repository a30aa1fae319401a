package org.dide.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.tensor.Device;

/** The half of a dual encoder that looks at pictures; its output can be stored. */
public final class ImageTower {
  private final PatchEmbedding patches;
  private final Transformer transformer;
  private final boolean pooled;

  /** Builds the tower from parameters of the reference's names. */
  public ImageTower(ParameterSource source, Architecture architecture) {
    Tensor modality = FusionEncoder.modality(source, architecture);
    patches = new PatchEmbedding(source, architecture, modality);
    transformer = new Transformer(source, architecture);
    pooled = architecture.join().filter(join -> join.vectors() > 0).isPresent();
  }

  /** The patches this tower would look at. */
  public PatchPlan plan(PixelBatch pictures) {
    return patches.plan(pictures);
  }

  /**
   * Encodes pictures: states {@code (B, 1+N, D)}.
   *
   * @param modalityRow 1, or 2 for the second picture of a pair
   */
  public Encoded encode(PixelBatch pictures, PatchPlan plan, int modalityRow, Mode mode) {
    Embedded embedded = patches.embed(pictures, plan, modalityRow, mode);
    return placed(transformer.encode(embedded.states(), embedded.mask(), mode), plan);
  }

  /**
   * Encodes the first pictures of all examples, then the second where there are pairs; in one pass
   * if they have equally many patches.
   *
   * @param plans one for each batch of pictures
   */
  public List<Encoded> encode(List<PixelBatch> pictures, List<PatchPlan> plans, Mode mode) {
    List<Embedded> embedded = new ArrayList<>();
    for (int place = 0; place < pictures.size(); place++) {
      embedded.add(patches.embed(pictures.get(place), plans.get(place), 1 + place, mode));
    }
    List<Encoded> encoded = encode(embedded, mode);
    return IntStream.range(0, encoded.size())
        .mapToObj(place -> placed(encoded.get(place), plans.get(place)))
        .toList();
  }

  private List<Encoded> encode(List<Embedded> embedded, Mode mode) {
    long lengths = embedded.stream().mapToLong(each -> each.states().size(1)).distinct().count();
    return lengths == 1 && embedded.size() > 1
        ? inOnePass(embedded, mode)
        : embedded.stream()
            .map(each -> transformer.encode(each.states(), each.mask(), mode))
            .toList();
  }

  private List<Encoded> inOnePass(List<Embedded> embedded, Mode mode) {
    Embedded stacked = Embedded.stacked(embedded);
    Encoded all = transformer.encode(stacked.states(), stacked.mask(), mode);
    List<Encoded> parts = new ArrayList<>();
    long next = 0;
    for (Embedded part : embedded) {
      long from = next;
      long count = part.states().size(0);
      parts.add(all.rows(whole -> whole.narrow(0, from, count)));
      next += count;
    }
    return parts;
  }

  /** With the places of states, where they are pooled by them. */
  private Encoded placed(Encoded pictures, PatchPlan plan) {
    return pooled ? pictures.in(plan.places(Device.of(pictures.states()))) : pictures;
  }
}
