package org.dide.image;

/**
 * A size in pixels.
 *
 * @param width columns
 * @param height rows
 */
public record ImageSize(int width, int height) {}
