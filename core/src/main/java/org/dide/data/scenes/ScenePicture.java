package org.dide.data.scenes;

import org.dide.data.Picture;
import org.dide.image.RgbImage;

/**
 * A scene that is drawn when it is looked at.
 *
 * @param name part and position, such as {@code scenes/test/000123}
 * @param scene what it shows
 * @param renderer draws it
 */
record ScenePicture(String name, Scene scene, SceneRenderer renderer) implements Picture {
  @Override
  public RgbImage load() {
    return renderer.render(scene);
  }
}
