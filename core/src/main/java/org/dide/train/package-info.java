/** Training: the optimiser, its schedule, and the folder in which a run keeps what it made. */
@NullMarked
package org.dide.train;

import org.jspecify.annotations.NullMarked;
