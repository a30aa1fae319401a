/** Generated pictures of coloured shapes, and questions whose answers are known by construction. */
@NullMarked
package org.dide.data.scenes;

import org.jspecify.annotations.NullMarked;
