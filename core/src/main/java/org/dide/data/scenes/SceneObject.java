package org.dide.data.scenes;

/**
 * One object of a scene.
 *
 * @param look what it looks like
 * @param place number of its cell, row by row
 * @param right pixels by which it stands right of its cell's middle; may be negative
 * @param down pixels by which it stands below its cell's middle; may be negative
 */
public record SceneObject(Look look, int place, int right, int down) {}
