package org.dide.model;

/**
 * What attention between a text and a picture is computed from: the queries and keys of both sides
 * in the last block. In a fusion encoder both come from one block; in a dual encoder, whose towers
 * never meet, from the last block of each.
 *
 * @param text {@code (B, H, T, Dh)}
 * @param textMask {@code (B, T)}
 * @param picture {@code (B, H, 1+N, Dh)}, [CLS] first
 * @param pictureMask {@code (B, 1+N)}
 */
public record Interaction(Attention text, Mask textMask, Attention picture, Mask pictureMask) {}
