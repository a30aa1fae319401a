package org.dide.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Rows of a table of Arrow's that were written together: where their buffers lie in the file.
 *
 * @param rows how many
 * @param offsets of each buffer's first byte in the file
 * @param lengths of each buffer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; millions of rows have few batches
record ArrowBatch(int rows, long[] offsets, long[] lengths) {
  long offset(int buffer) {
    return offsets[buffer];
  }

  /** Some bytes of a buffer. */
  ByteBuffer read(FileChannel file, int buffer, long from, int length) throws IOException {
    if (buffer >= offsets.length || from < 0 || from + length > lengths[buffer]) {
      throw new EOFException("a buffer that ends before its values do");
    }
    return ArrowFile.read(file, offsets[buffer] + from, length);
  }
}
