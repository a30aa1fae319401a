/** Encodes pictures, and asks about them, on a Spark cluster: what one machine cannot hold. */
@NullMarked
package org.dide.spark;

import org.jspecify.annotations.NullMarked;
