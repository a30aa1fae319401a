/** Python's pickles, read as data: nothing in one is ever looked up, made or run. */
@NullMarked
package org.dide.pickle;

import org.jspecify.annotations.NullMarked;
