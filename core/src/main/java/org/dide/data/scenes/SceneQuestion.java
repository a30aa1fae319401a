package org.dide.data.scenes;

/**
 * A question about a scene.
 *
 * @param kind what is asked
 * @param scene what the picture shows
 * @param text the question
 * @param answer the one right answer
 */
public record SceneQuestion(SceneKind kind, Scene scene, String text, String answer) {}
