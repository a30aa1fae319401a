package org.dide.image;

/** GIF's variable-length LZW (version 89a, appendix F). */
final class GifPixels {
  private static final int MOST_CODES = 4096;

  private final EncodedImage source;
  private final int[] prefix = new int[MOST_CODES];
  private final byte[] suffix = new byte[MOST_CODES];
  private final byte[] reversed = new byte[MOST_CODES + 1];
  private int offset;
  private int blockEnd;
  private int bits;
  private int bitCount;

  GifPixels(EncodedImage source, int offset) {
    this.source = source;
    this.offset = offset;
    this.blockEnd = offset + 1;
  }

  /** The given number of colour indices. */
  byte[] decode(int count) {
    int literalBits = source.u8(offset++);
    if (literalBits < 1 || literalBits > 8) {
      throw source.refuse("is a damaged GIF: its codes begin at %d bits", literalBits);
    }
    int clear = 1 << literalBits;
    int end = clear + 1;
    int next = end + 1;
    int codeBits = literalBits + 1;
    int previous = -1;
    byte first = 0;
    byte[] pixels = new byte[count];
    int filled = 0;
    while (filled < count) {
      int code = readCode(codeBits);
      if (code == clear) {
        next = end + 1;
        codeBits = literalBits + 1;
        previous = -1;
        continue;
      }
      if (code == end) {
        throw source.truncated("its coded pixels end too early");
      }
      if (code > next || (code == next && previous < 0) || (previous < 0 && code > end)) {
        throw source.refuse("is a damaged GIF: code %d where at most %d is known", code, next);
      }
      int depth = 0;
      int at = code;
      if (code == next) {
        // The code being defined just now: the previous string and its own first pixel.
        reversed[depth++] = first;
        at = previous;
      }
      while (at > end) {
        reversed[depth++] = suffix[at];
        at = prefix[at];
      }
      first = (byte) at;
      reversed[depth++] = first;
      while (depth > 0 && filled < count) {
        pixels[filled++] = reversed[--depth];
      }
      if (previous >= 0 && next < MOST_CODES) {
        prefix[next] = previous;
        suffix[next++] = first;
        if (next == 1 << codeBits && codeBits < 12) {
          codeBits++;
        }
      }
      previous = code;
    }
    return pixels;
  }

  private int readCode(int codeBits) {
    while (bitCount < codeBits) {
      bits |= readByte() << bitCount;
      bitCount += 8;
    }
    int code = bits & ((1 << codeBits) - 1);
    bits >>>= codeBits;
    bitCount -= codeBits;
    return code;
  }

  private int readByte() {
    if (offset == blockEnd) {
      int length = source.has(offset, 1) ? source.u8(offset++) : 0;
      if (length == 0) {
        throw source.truncated("its coded pixels end too early");
      }
      blockEnd = offset + length;
    }
    if (!source.has(offset, 1)) {
      throw source.truncated("its coded pixels end too early");
    }
    return source.u8(offset++);
  }
}
