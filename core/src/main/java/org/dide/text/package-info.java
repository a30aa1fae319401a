/** Text into BERT's WordPiece tokens, their vocabulary, and batches of them. */
@NullMarked
package org.dide.text;

import org.jspecify.annotations.NullMarked;
