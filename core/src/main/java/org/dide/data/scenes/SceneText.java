package org.dide.data.scenes;

import java.util.List;

/**
 * A question, statement or caption of scenes.
 *
 * @param kind what is asked or said
 * @param scenes what the pictures show, in order
 * @param text the question, statement or caption
 * @param answer the one right answer, or the statement's class
 */
public record SceneText(SceneKind kind, List<Scene> scenes, String text, String answer) {
  /** Keeps an unmodifiable copy of the list. */
  public SceneText {
    scenes = List.copyOf(scenes);
  }

  /** What the first picture shows. */
  public Scene scene() {
    return scenes.get(0);
  }
}
