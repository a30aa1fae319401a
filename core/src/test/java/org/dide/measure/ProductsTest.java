package org.dide.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.model.Head;
import org.junit.jupiter.api.Test;

/** Against numbers worked out by hand: width 4, 2 blocks, an MLP of 8, patches of 2 × 2. */
class ProductsTest {
  private static final Architecture SIZES = new Architecture(4, 2, 2, 2, 2, 4, 8, 10, 2, 0, 0);
  private static final Products ONE = new Products(SIZES, new Head.Classifier("c", 1, 3));
  private static final Products TWO = new Products(SIZES, new Head.Classifier("c", 2, 5));

  @Test
  void ofATextTower() {
    // A block over 3 tokens: q, k and v 3·4·12, scores 3·3·4, sums 3·3·4, out 3·4·4, MLP 2·3·4·8.
    int block = 144 + 36 + 36 + 48 + 192;
    int pooler = 16;
    int share = 4 * 8;
    assertThat(ONE.text(3)).isEqualTo(2 * block + pooler + share);
  }

  @Test
  void ofAnImageTower() {
    int patches = 2 * 12 * 4; // two of 3·2·2 values
    int block = 144 + 36 + 36 + 48 + 192; // over [CLS] and both
    assertThat(ONE.picture(2)).isEqualTo(patches + 2 * block + 16 + 32);
  }

  @Test
  void ofAJoin() {
    // The join's second layer 8·4, the classifier's first 4·8 and second 8·3.
    assertThat(ONE.join(3, 2)).isEqualTo(32 + 32 + 24);
    assertThat(TWO.join(3, 2)).isEqualTo(2 * (32 + 32) + 40);
  }

  @Test
  void ofAnAttentiveJoin() {
    Architecture few = SIZES.withJoin(Optional.of(new AttentiveSizes(1, 5)));
    Architecture all = SIZES.withJoin(Optional.of(new AttentiveSizes(2, 0)));
    int block = 144 + 36 + 36 + 48 + 192; // over 3 words
    int decision = 16 + 4 * 8 + 8 * 3; // pooler, classifier's first and second
    // k and v of 5 vectors 5·4·8, q and out of 3 words 2·3·4·4, scores and sums 2·3·5·4
    int layer = 160 + 96 + 120 + block;
    assertThat(new Products(few, ONE.head()).join(3, 2)).isEqualTo(layer + decision);
    int overAll = 3 * 4 * 8 + 96 + 2 * 3 * 3 * 4 + block; // [CLS] and 2 patches
    assertThat(new Products(all, ONE.head()).join(3, 2)).isEqualTo(2 * overAll + decision);
    // Pooling: k of 3 states 3·4·4, scores and sums 2·5·3·4.
    assertThat(new Products(few, ONE.head()).picture(2) - ONE.picture(2)).isEqualTo(48 + 120);
    assertThat(new Products(all, ONE.head()).picture(2)).isEqualTo(ONE.picture(2));
  }

  @Test
  void ofATeacher() {
    int patches = 2 * 12 * 4;
    int block = 6 * (48 + 16 + 64) + 2 * 6 * 6 * 4; // over 3 words, [CLS] and 2 patches
    int pass = patches + 2 * block + 16;
    assertThat(ONE.teacher(3, 2)).isEqualTo(pass + 4 * 8 + 8 * 3);
    assertThat(TWO.teacher(3, 2)).isEqualTo(2 * pass + 8 * 8 + 8 * 5);
  }
}
