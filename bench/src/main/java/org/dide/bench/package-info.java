/** Side-by-side measurements against peers. */
@NullMarked
package org.dide.bench;

import org.jspecify.annotations.NullMarked;
