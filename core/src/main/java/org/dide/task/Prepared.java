package org.dide.task;

import java.util.List;
import org.dide.data.Example;
import org.dide.image.Pixels;

/**
 * An example with everything done that needs no engine: tokens found, pictures decoded and
 * normalised.
 *
 * @param example where it came from
 * @param tokens ids of the text, [CLS] and [SEP] included
 * @param pictures normalised pictures, in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Prepared(Example example, int[] tokens, List<Pixels> pictures) {}
