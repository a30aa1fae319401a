/** Models in and out: the formats others use, and their names for things. */
@NullMarked
package org.dide.hub;

import org.jspecify.annotations.NullMarked;
