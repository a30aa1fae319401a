/** Dual encoders as ONNX graphs, for other runtimes to run. */
@NullMarked
package org.dide.onnx;

import org.jspecify.annotations.NullMarked;
