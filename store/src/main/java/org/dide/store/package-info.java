/** Stored vectors of pictures and texts, and their search, over Lance. */
@NullMarked
package org.dide.store;

import org.jspecify.annotations.NullMarked;
