/** Answers questions about pictures with a trained model, from pixels or from stored vectors. */
@NullMarked
package org.dide.answer;

import org.jspecify.annotations.NullMarked;
