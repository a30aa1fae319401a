/** Counter-based random draws, the only source of chance in the library. */
@NullMarked
package org.dide.random;

import org.jspecify.annotations.NullMarked;
