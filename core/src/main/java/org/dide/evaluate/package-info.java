/** Metrics of the tasks, and the files that public leaderboards take. */
@NullMarked
package org.dide.evaluate;

import org.jspecify.annotations.NullMarked;
