/** What a model is asked to do: one class for each task of the paper. */
@NullMarked
package org.dide.task;

import org.jspecify.annotations.NullMarked;
