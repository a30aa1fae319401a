package org.dide.data.scenes;

/**
 * A grey rectangle that is no object: clutter behind the objects, or something in front of one.
 *
 * @param x left edge in pixels
 * @param y top edge in pixels
 * @param width pixels
 * @param height pixels
 * @param grey 0 black to 255 white
 */
public record Patch(int x, int y, int width, int height, int grey) {}
