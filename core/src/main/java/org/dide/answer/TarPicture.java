package org.dide.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.dide.TarMembers;
import org.dide.image.ImageDecoder;

/**
 * A picture in a tar, such as img2dataset's; it is read where it lies, nothing is unpacked.
 *
 * @param id the tar's name without its ending, and the picture's path in it
 * @param tar the file
 * @param name the picture's path in it
 * @param offset of its first byte in the file
 * @param length in bytes
 */
record TarPicture(String id, Path tar, String name, long offset, long length)
    implements PictureSource {
  private static final String ENDING = ".tar";

  static boolean isTar(Path file) {
    return file.getFileName().toString().endsWith(ENDING);
  }

  /**
   * The pictures of a tar, in its order.
   *
   * @param isPicture tells a picture by its name
   * @throws org.dide.InputException if the file is no whole tar
   */
  static List<PictureSource> in(Path tar, Predicate<String> isPicture) {
    String file = tar.getFileName().toString();
    String prefix = file.substring(0, file.length() - ENDING.length()) + "/";
    List<PictureSource> pictures = new ArrayList<>();
    TarMembers.each(
        tar,
        member -> {
          String name = member.name();
          if (isPicture.test(name)) {
            pictures.add(
                new TarPicture(prefix + name, tar, name, member.offset(), member.length()));
          }
        });
    return pictures;
  }

  @Override
  public String place() {
    return tar + ": " + name;
  }

  @Override
  public byte[] read(ImageDecoder decoder) {
    return decoder.read(tar, place(), offset, length);
  }
}
