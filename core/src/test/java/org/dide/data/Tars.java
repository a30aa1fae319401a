package org.dide.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;

/** Small tars to read. */
public final class Tars {
  private Tars() {}

  /** A tar of these files, in the map's order. */
  public static Path write(Path tar, Map<String, byte[]> files) throws IOException {
    return write(tar, files, Map.of());
  }

  /** A tar of these files, in the map's order, and of links, hard ones and others by turns. */
  public static Path write(Path tar, Map<String, byte[]> files, Map<String, String> links)
      throws IOException {
    Files.createDirectories(tar.toAbsolutePath().getParent());
    try (TarArchiveOutputStream archive = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
      archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        archive.putArchiveEntry(entry);
        archive.write(file.getValue());
        archive.closeArchiveEntry();
      }
      byte kind = TarConstants.LF_LINK;
      for (Map.Entry<String, String> link : links.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(link.getKey(), kind);
        entry.setLinkName(link.getValue());
        archive.putArchiveEntry(entry);
        archive.closeArchiveEntry();
        kind = kind == TarConstants.LF_LINK ? TarConstants.LF_SYMLINK : TarConstants.LF_LINK;
      }
    }
    return tar;
  }

  /** A text as a file has it. */
  public static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  /** A picture of one colour. */
  public static byte[] picture(int grey) {
    byte[] rgb = new byte[2 * 2 * 3];
    Arrays.fill(rgb, (byte) grey);
    return PngEncoder.encode(new RgbImage(2, 2, rgb));
  }
}
