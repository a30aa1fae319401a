package org.dide.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.dide.answer.StoredItem;

/** Rows as batches of Arrow's columns, made as they are asked for. */
final class RowBatches extends ArrowReader {
  private final StoreDescription description;
  private final Iterator<StoredRow> rows;

  RowBatches(BufferAllocator allocator, StoreDescription description, List<StoredRow> rows) {
    super(allocator);
    this.description = description;
    this.rows = rows.iterator();
  }

  @Override
  public boolean loadNextBatch() throws java.io.IOException {
    VectorSchemaRoot root = getVectorSchemaRoot();
    root.allocateNew();
    int most = description.batchRows();
    int count = 0;
    while (count < most && rows.hasNext()) {
      set(root, count++, rows.next());
    }
    root.setRowCount(count);
    return count > 0;
  }

  @Override
  protected Schema readSchema() {
    return new Columns(description).schema();
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  private void set(VectorSchemaRoot root, int row, StoredRow stored) {
    string(column(root, Columns.ID), row, stored.id());
    string(column(root, Columns.SHA256), row, stored.item().sha256());
    if (stored.item() instanceof StoredItem.Picture picture) {
      ((IntVector) column(root, Columns.WIDTH)).setSafe(row, picture.width());
      ((IntVector) column(root, Columns.HEIGHT)).setSafe(row, picture.height());
    } else if (stored.item() instanceof StoredItem.Text text) {
      string(column(root, Columns.TEXT), row, text.text());
    }
    stored.metadata().forEach((name, value) -> set(column(root, name), row, value));
    for (int place = 0; place < description.places(); place++) {
      set(root, Columns.pooled(place), row, stored.vectors().pooled().get(place));
      set(root, Columns.share(place), row, stored.vectors().shares().get(place));
    }
  }

  private void set(VectorSchemaRoot root, String name, int row, float[] values) {
    if (description.type() == VectorType.INT8) {
      float[] scales = description.quantiser().scales(values);
      set(column(root, name), row, description.quantiser().bytes(values, scales));
      set(column(root, Columns.scales(name)), row, scales);
    } else {
      set(column(root, name), row, values);
    }
  }

  /** Sets a value of the column's type. */
  static void set(FieldVector column, int row, Object value) {
    if (value instanceof String text) {
      string(column, row, text);
    } else if (value instanceof Long number) {
      ((BigIntVector) column).setSafe(row, number);
    } else if (value instanceof Double number) {
      ((Float8Vector) column).setSafe(row, number);
    } else {
      ((BitVector) column).setSafe(row, (Boolean) value ? 1 : 0);
    }
  }

  private static void set(FieldVector column, int row, float[] values) {
    FixedSizeListVector list = (FixedSizeListVector) column;
    int start = list.startNewValue(row);
    for (int i = 0; i < values.length; i++) {
      if (list.getDataVector() instanceof Float2Vector halves) {
        halves.setSafe(start + i, Float16.toFloat16(values[i]));
      } else {
        ((Float4Vector) list.getDataVector()).setSafe(start + i, values[i]);
      }
    }
  }

  private static void set(FieldVector column, int row, byte[] values) {
    FixedSizeListVector list = (FixedSizeListVector) column;
    int start = list.startNewValue(row);
    for (int i = 0; i < values.length; i++) {
      ((TinyIntVector) list.getDataVector()).setSafe(start + i, values[i]);
    }
  }

  private static void string(FieldVector column, int row, String text) {
    ((VarCharVector) column).setSafe(row, text.getBytes(UTF_8));
  }

  private static FieldVector column(VectorSchemaRoot root, String name) {
    return Optional.ofNullable(root.getVector(name))
        .orElseThrow(() -> new IllegalStateException("no column " + name));
  }
}
